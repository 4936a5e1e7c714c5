"""Read e-mails."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.announcements.emails.tables import email, email_suppression
from domain.database import Connection


class Email(msgspec.Struct, frozen=True):
    id: str
    account_id: str
    kind: str
    subject_id: str
    occasion: str
    status: str
    address: str | None
    provider_id: str | None
    detail: str | None
    submitted_at: datetime | None
    created_at: datetime


_by_id = select(*(email.c[name] for name in Email.__struct_fields__)).where(email.c.id == bindparam("email_id"))
_suppressed = select(email_suppression.c.reason).where(email_suppression.c.address == bindparam("to_address"))


def find(connection: Connection, email_id: str) -> Email | None:
    row = connection.run(_by_id, email_id=email_id).first()
    return Email(*row) if row else None


def why_suppressed(connection: Connection, address: str) -> str | None:
    """None: the address may be written to."""
    found: str | None = connection.run(_suppressed, to_address=address).scalar()
    return found
