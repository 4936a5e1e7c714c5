"""Read reviews."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column, select

from domain.bookings import read as bookings
from domain.bookings.reviews.states import ReviewStatus
from domain.bookings.reviews.tables import review
from domain.database import Connection
from domain.errors import NotFound
from domain.identity.accounts.names import SHOWN_NAME
from domain.identity.accounts.states import AccountStatus, Role
from domain.identity.accounts.tables import account
from domain.marketplace.ratings.read import Rating, rating_of
from domain.schema.reader import BEHIND_ALL_IDS, Reader, newest_first


class Review(msgspec.Struct, frozen=True):
    """A review as its author sees it."""

    id: str
    booking_id: str
    author_id: str
    about_id: str
    rating: int
    text: str
    status: str
    created_at: datetime
    published_at: datetime | None


class BookingReviews(msgspec.Struct, frozen=True):
    """The two reviews of a booking as one party sees them; ``theirs`` is None unless published."""

    mine: Review | None
    theirs: Review | None


class PublicReview(msgspec.Struct, frozen=True):
    id: str
    author_id: str
    author_name: str
    rating: int
    text: str
    published_at: datetime


_reader = Reader(review, Review)
by_id = _reader.by_id
_of_booking = _reader.select.where(review.c.booking_id == bindparam("of_booking")).order_by(review.c.author_id)
_page = (
    select(review.c.id, review.c.author_id, SHOWN_NAME, review.c.rating, review.c.text, review.c.published_at)
    .join(account, account.c.id == review.c.author_id)
    .where(
        review.c.about_id == bindparam("about"),
        review.c.status == literal_column(f"'{ReviewStatus.PUBLISHED.value}'"),
    )
)
_page = newest_first(_page, review.c.id)
_person = select(account.c.role, account.c.status).where(account.c.id == bindparam("account_id"))


def of_booking(connection: Connection, booking_id: str) -> list[Review]:
    """Return a booking's reviews, published or not: at most one by each of the two parties."""
    return _reader.all(connection, _of_booking, of_booking=booking_id)


def seen_by(connection: Connection, party: str, booking_id: str) -> BookingReviews:
    """Return what a party of the booking may see of its two reviews: the other's only once it is published.

    ``NotFound`` for anybody else.
    """
    bookings.for_party(connection, booking_id, party)
    found = of_booking(connection, booking_id)
    mine = next((each for each in found if each.author_id == party), None)
    theirs = (each for each in found if each.author_id != party and each.status == ReviewStatus.PUBLISHED)
    return BookingReviews(mine, next(theirs, None))


def about(
    connection: Connection, account_id: str, role: Role, *, before: str | None, most: int
) -> tuple[Rating, list[PublicReview]]:
    """Return the rating of a client or a worker, and at most ``most`` published reviews older than the id ``before``.

    The newest review comes first.  ``NotFound`` when no active account has this id and role.
    """
    person = connection.run(_person, account_id=account_id).first()
    if person is None or person != (role.value, AccountStatus.ACTIVE.value):
        raise NotFound(role.value)
    rows = connection.run(_page, about=account_id, before=before or BEHIND_ALL_IDS, most=most).all()
    return rating_of(connection, account_id), [PublicReview(*row) for row in rows]
