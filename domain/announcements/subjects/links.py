"""Read the facts of a one-time link; its secret is signed when the e-mail is made, and is in no table."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.database import Connection
from domain.identity.links.states import Purpose
from domain.identity.links.tables import one_time_link

PATHS = {Purpose.VERIFY_EMAIL: "/verify-email", Purpose.RESET_PASSWORD: "/reset-password"}

_by_id = select(one_time_link.c.purpose, one_time_link.c.expires_at).where(
    one_time_link.c.id == bindparam("link_id"),
    one_time_link.c.account_id == bindparam("of_account"),
    one_time_link.c.used_at.is_(None),
)


def read(connection: Connection, subject_id: str, reader: Recipient) -> Facts | None:
    row = connection.run(_by_id, link_id=subject_id, of_account=reader.id).first()
    if row is None:
        return None
    purpose, expires_at = row
    return Facts(path=PATHS[Purpose(purpose)], purpose=purpose, good_until=expires_at)
