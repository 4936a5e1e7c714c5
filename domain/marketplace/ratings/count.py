"""Change the sums of a person's reviews, in the transaction that shows or hides a review."""

from __future__ import annotations

from sqlalchemy import Integer, bindparam, update

from domain.database import Connection
from domain.marketplace.ratings.tables import rating
from domain.schema.upsert import upsert

_begin = upsert(rating).values(account_id=bindparam("account_id"), stars=0, reviews=0).on_conflict_do_nothing()
_change = (
    update(rating)
    .where(rating.c.account_id == bindparam("of_account"))
    .values(
        stars=rating.c.stars + bindparam("more_stars", type_=Integer()),
        reviews=rating.c.reviews + bindparam("more_reviews", type_=Integer()),
    )
)


def begin(connection: Connection, account_id: str) -> None:
    """Insert an empty rating for an account, unless the account has a rating."""
    connection.run(_begin, account_id=account_id)


def count_in(connection: Connection, account_id: str, stars: int) -> None:
    begin(connection, account_id)
    connection.run(_change, of_account=account_id, more_stars=stars, more_reviews=1)


def count_out(connection: Connection, account_id: str, stars: int) -> None:
    connection.run(_change, of_account=account_id, more_stars=-stars, more_reviews=-1)
