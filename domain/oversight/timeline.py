"""The timeline of a booking and of all that belongs to it, in order, as both parties may see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import bindparam, select

from domain.bookings import read
from domain.bookings.note import notes
from domain.bookings.read import Booking
from domain.bookings.reschedules.tables import reschedule
from domain.database import Connection, Row
from domain.history.tables import history
from domain.payments.refunds.tables import refund
from domain.payments.tables import payment
from domain.payouts.tables import payout

Who = Literal["client", "worker", "system"]


class Entry(msgspec.Struct, frozen=True):
    """One change of status.  ``about``: the noun.  ``reason`` and ``note``: from the person who made the change."""

    id: str
    at: datetime
    about: str
    subject_id: str
    from_status: str | None
    to_status: str
    by: Who
    reason: str | None = None
    note: str | None = None


_changes = (
    select(history.c.id, history.c.at, history.c.from_status, history.c.to_status, history.c.actor)
    .where(history.c.subject_id == bindparam("subject"), history.c.id > bindparam("after"))
    .order_by(history.c.id)
    .limit(bindparam("most"))
)
_PARTS = {
    "payment": select(payment.c.id).where(payment.c.booking_id == bindparam("of_booking")),
    "refund": select(refund.c.id).where(refund.c.booking_id == bindparam("of_booking")),
    "payout": select(payout.c.id).where(payout.c.booking_id == bindparam("of_booking")),
    "reschedule": select(reschedule.c.id).where(reschedule.c.booking_id == bindparam("of_booking")),
}
"""The nouns that belong to a booking, each with a history of its own."""


def timeline(connection: Connection, booking_id: str, party: str, *, after: str | None, most: int) -> list[Entry]:
    """Return the entries after the entry ``after``, oldest first.  ``NotFound`` for all but the two parties."""
    found = read.for_party(connection, booking_id, party)
    subjects = [("booking", found.id)]
    for about, statement in _PARTS.items():
        subjects += [(about, row[0]) for row in connection.run(statement, of_booking=found.id).all()]
    entries = [
        _entry(found, about, subject, row)
        for about, subject in subjects
        for row in connection.run(_changes, subject=subject, after=after or "", most=most).all()
    ]
    return _with_notes(connection, found.id, sorted(entries, key=lambda entry: entry.id)[:most])


def _entry(found: Booking, about: str, subject: str, row: Row) -> Entry:
    change_id, at, before, after, actor = row
    who: Who = "client" if actor == found.client_id else "worker" if actor == found.worker_id else "system"
    return Entry(change_id, at, about, subject, before, after, who)


def _with_notes(connection: Connection, booking_id: str, entries: Iterable[Entry]) -> list[Entry]:
    shown = list(entries)
    written = notes(connection, booking_id, [entry.id for entry in shown if entry.about == "booking"])
    return [
        msgspec.structs.replace(entry, reason=written[entry.id].reason, note=written[entry.id].body)
        if entry.id in written
        else entry
        for entry in shown
    ]
