"""Read the offers of an application."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, literal_column, select

from domain.database import Connection
from domain.errors import NotFound
from domain.marketplace.offers.states import OfferStatus
from domain.marketplace.offers.tables import offer


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


_columns = [offer.c[name] for name in Offer.__struct_fields__]
_of = offer.c.application_id == bindparam("of_application")
_one = select(*_columns).where(offer.c.id == bindparam("offer_id"), _of)
_standing = select(*_columns).where(
    _of,
    offer.c.status.in_([literal_column(f"'{status.value}'") for status in (OfferStatus.OPEN, OfferStatus.ACCEPTED)]),
)
_page = select(*_columns).where(_of, offer.c.id > bindparam("after")).order_by(offer.c.id).limit(bindparam("most"))


def one(connection: Connection, application_id: str, offer_id: str) -> Offer:
    """Return an offer; ``NotFound`` when this application has no offer with this id."""
    row = connection.run(_one, offer_id=offer_id, of_application=application_id).first()
    if row is None:
        raise NotFound("offer")
    return Offer(*row)


def standing(connection: Connection, application_id: str) -> Offer | None:
    """Return the open or the accepted offer; None when there is neither."""
    row = connection.run(_standing, of_application=application_id).first()
    return Offer(*row) if row else None


def page(connection: Connection, application_id: str, *, after: str | None, most: int) -> list[Offer]:
    """Return at most ``most`` offers, the oldest first, from behind the id ``after``."""
    rows = connection.run(_page, of_application=application_id, after=after or "", most=most).all()
    return [Offer(*row) for row in rows]
