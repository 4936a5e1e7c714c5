"""Supersede the open offer of an application that has ended."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.offers import read
from domain.marketplace.offers.move import move
from domain.marketplace.offers.states import OfferStatus


def supersede_open(connection: Connection, cause: Cause, application_id: str) -> None:
    found = read.standing(connection, application_id)
    if found is not None and found.status == OfferStatus.OPEN:
        move(connection, cause, found.id, OfferStatus.OPEN, OfferStatus.SUPERSEDED)
