"""Change an e-mail's state by one conditional UPDATE.  Its history is its attempts and the inbox: an e-mail is told
of an event, and events of its own would double what the busiest table writes."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, update

from domain.announcements.emails.read import Email
from domain.announcements.emails.states import TRANSITIONS, EmailState
from domain.announcements.emails.tables import email
from domain.database import Connection
from domain.schema import Instant

_move = (
    update(email)
    .where(email.c.id == bindparam("email_id"), email.c.status == bindparam("before"))
    .values(
        status=bindparam("after"),
        address=bindparam("to_address"),
        provider_id=bindparam("at_provider"),
        detail=bindparam("why"),
        submitted_at=bindparam("since", type_=Instant()),
    )
)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """None: as it was."""

    address: str | None = None
    provider_id: str | None = None
    detail: str | None = None
    submitted_at: datetime | None = None


def try_move(connection: Connection, found: Email, after: EmailState, change: Change | None = None) -> bool:
    """False when the table does not allow it, or it is elsewhere by now."""
    new = change or Change()
    if after not in TRANSITIONS[EmailState(found.status)]:
        return False
    moved = connection.run(
        _move,
        email_id=found.id,
        before=found.status,
        after=after.value,
        to_address=new.address or found.address,
        at_provider=new.provider_id or found.provider_id,
        why=new.detail or found.detail,
        since=new.submitted_at or found.submitted_at,
    )
    return bool(moved.changed)
