"""Keep what the published reviews about somebody add up to, in the transaction that shows or hides one."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.database import Connection
from domain.reviews.read import Review
from domain.reviews.tables import rating
from domain.schema.upsert import upsert

_begin = upsert(rating).values(account_id=bindparam("account_id"), stars=0, reviews=0).on_conflict_do_nothing()
_change = (
    update(rating)
    .where(rating.c.account_id == bindparam("of_account"))
    .values(stars=rating.c.stars + bindparam("more_stars"), reviews=rating.c.reviews + bindparam("more_reviews"))
)


def count_in(connection: Connection, review: Review) -> None:
    connection.run(_begin, account_id=review.about_id)
    connection.run(_change, of_account=review.about_id, more_stars=review.rating, more_reviews=1)


def count_out(connection: Connection, review: Review) -> None:
    connection.run(_change, of_account=review.about_id, more_stars=-review.rating, more_reviews=-1)
