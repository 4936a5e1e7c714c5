"""Read the offers of an application."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column

from domain.database import Connection
from domain.marketplace.offers.states import OfferStatus
from domain.marketplace.offers.tables import offer
from domain.schema.reader import Reader


class Offer(msgspec.Struct, frozen=True):
    """An offer.  ``author_id`` is the client or the worker; only the other side can accept the offer."""

    id: str
    application_id: str
    author_id: str
    price_minor: int
    starts_at: datetime | None
    ends_at: datetime | None
    note: str
    status: str
    created_at: datetime


_reader = Reader(offer, Offer)
_all = _reader.select.where(offer.c.application_id == bindparam("of_application"))
_one = _all.where(offer.c.id == bindparam("offer_id"))
_standing = _all.where(
    offer.c.status.in_([literal_column(f"'{status.value}'") for status in (OfferStatus.OPEN, OfferStatus.ACCEPTED)])
)
_page = _all.where(offer.c.id > bindparam("after")).order_by(offer.c.id).limit(bindparam("most"))


def one(connection: Connection, application_id: str, offer_id: str) -> Offer:
    """Return an offer; ``NotFound`` when this application has no offer with this id."""
    return _reader.one(connection, _one, offer_id=offer_id, of_application=application_id)


def standing(connection: Connection, application_id: str) -> Offer | None:
    """Return the open or the accepted offer; None when there is neither."""
    return _reader.first(connection, _standing, of_application=application_id)


def page(connection: Connection, application_id: str, *, after: str | None, most: int) -> list[Offer]:
    """Return at most ``most`` offers, the oldest first, from behind the id ``after``."""
    return _reader.all(connection, _page, of_application=application_id, after=after or "", most=most)
