"""The other side accepts the open offer, whose price and dates replace those of the application."""

from __future__ import annotations

from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Forbidden
from domain.marketplace.applications import read as applications
from domain.marketplace.applications.read import Application
from domain.marketplace.applications.tables import application
from domain.marketplace.bargaining.sides import at_the_table
from domain.marketplace.bargaining.steps import ACCEPT, require
from domain.marketplace.offers import read
from domain.marketplace.offers.move import move
from domain.marketplace.offers.read import Offer
from domain.marketplace.offers.states import OfferStatus
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.schema import Instant

_agree = (
    update(application)
    .where(application.c.id == bindparam("application_id"))
    .values(
        price_minor=bindparam("price"),
        starts_at=bindparam("start", type_=Instant()),
        ends_at=bindparam("end", type_=Instant()),
    )
)


def accept(connection: Connection, cause: Cause, application_id: str, offer_id: str) -> Application:
    """Accept an offer; return the application with its new price and dates.

    ``NotFound`` for anybody but the two sides; ``Forbidden`` for the author of the offer; ``Conflict`` when the offer
    is not open, or when ``at_the_table`` raises it.
    """
    at_the_table(connection, cause, application_id)
    found = read.one(connection, application_id, offer_id)
    if found.author_id == cause.actor:
        raise Forbidden("own_offer", "Only the other side can accept an offer.")
    require(ACCEPT, found.status)
    agree_on(connection, cause, found)
    return applications.by_id(connection, application_id)


def agree_on(connection: Connection, cause: Cause, found: Offer) -> None:
    """Accept an open offer, copy its price and dates to the application, and notify the offer's author.

    A hire calls this function for the worker's open offer.
    """
    move(connection, cause, found.id, OfferStatus.OPEN, OfferStatus.ACCEPTED)
    connection.run(
        _agree,
        application_id=found.application_id,
        price=found.price_minor,
        start=found.starts_at,
        end=found.ends_at,
    )
    notify(connection, cause, found.author_id, Kind.APPLICATION_AGREED, found.application_id, occasion=found.id)
