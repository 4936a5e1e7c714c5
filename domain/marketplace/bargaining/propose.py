"""Either side of an application proposes another price or other dates."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, insert

from domain.cause import Cause
from domain.currencies import check_amount
from domain.database import Connection
from domain.dates import Dates, check_dates
from domain.errors import Conflict
from domain.history.record import record
from domain.marketplace.applications.read import Application
from domain.marketplace.bargaining.sides import at_the_table
from domain.marketplace.offers import read
from domain.marketplace.offers.move import move
from domain.marketplace.offers.read import Offer
from domain.marketplace.offers.states import OfferStatus
from domain.marketplace.offers.tables import offer
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify

_insert = insert(offer).values({name: bindparam(name) for name in Offer.__struct_fields__})


class NewOffer(msgspec.Struct, frozen=True):
    """A new offer.  Without ``dates``, it has the dates of the last offer, or else of the application."""

    price_minor: int
    note: str
    dates: Dates | None = None


def propose(connection: Connection, cause: Cause, application_id: str, new: NewOffer) -> Offer:
    """Make an offer, which supersedes an open one; return it.

    ``NotFound`` for anybody but the two sides; ``Conflict`` when the terms are agreed or ``at_the_table`` raises it;
    ``Invalid`` for a price or dates.
    """
    sides = at_the_table(connection, cause, application_id)
    check_amount(new.price_minor, sides.currency, "price_minor")
    standing = read.standing(connection, application_id)
    if standing is not None and standing.status == OfferStatus.ACCEPTED:
        raise Conflict("terms_agreed", "Both sides have agreed on the terms. The client can hire the worker now.")
    dates = _dates(cause, new, standing or sides.application)
    if standing is not None:
        move(connection, cause, standing.id, OfferStatus.OPEN, OfferStatus.SUPERSEDED)
    made = Offer(
        id=cause.new_id("ofr"),
        application_id=application_id,
        author_id=cause.actor,
        price_minor=new.price_minor,
        starts_at=dates.starts_at,
        ends_at=dates.ends_at,
        note=new.note,
        status=OfferStatus.OPEN.value,
        created_at=cause.now,
    )
    connection.run(_insert, **msgspec.structs.asdict(made))
    record(connection, cause, made.id, None, OfferStatus.OPEN)
    notify(connection, cause, sides.other, Kind.APPLICATION_COUNTERED, application_id, occasion=made.id)
    return made


def _dates(cause: Cause, new: NewOffer, last: Offer | Application) -> Dates:
    if new.dates is None:
        return Dates(last.starts_at, last.ends_at)
    return check_dates(cause.now, new.dates.starts_at, new.dates.ends_at)
