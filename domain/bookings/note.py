"""Store and read the notes that a party writes when it changes a booking."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec
from sqlalchemy import bindparam, insert, select

from domain.bookings.tables import booking_note
from domain.database import Connection
from domain.schema import one_of


class Reason(StrEnum):
    COMPLETED = "completed"
    CHANGES_REQUESTED = "changes_requested"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    """The other party did not come."""


class Note(msgspec.Struct, frozen=True):
    change_id: str
    reason: str
    body: str


_insert = insert(booking_note).values({c.name: bindparam(c.name) for c in booking_note.c})
_of = select(*(booking_note.c[name] for name in Note.__struct_fields__)).where(
    booking_note.c.booking_id == bindparam("of_booking"), one_of(booking_note.c.change_id, "changes")
)


def write_note(connection: Connection, booking_id: str, change_id: str, reason: Reason, body: str) -> None:
    connection.run(_insert, booking_id=booking_id, change_id=change_id, reason=reason.value, body=body)


def notes(connection: Connection, booking_id: str, changes: Sequence[str]) -> dict[str, Note]:
    """Return the notes of a booking by the id of the history row (``change_id``) that each explains."""
    rows = connection.run(_of, of_booking=booking_id, changes=list(changes)).all()
    return {row[0]: Note(*row) for row in rows}
