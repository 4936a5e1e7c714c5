"""Make a one-time link.  The account's older links for the same purpose expire."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, update

from domain.cause import Cause
from domain.database import Connection
from domain.identity.links.states import LIFETIME, Purpose
from domain.identity.links.tables import one_time_link
from domain.schema import Instant

_retire = (
    update(one_time_link)
    .where(
        one_time_link.c.account_id == bindparam("of_account"),
        one_time_link.c.purpose == bindparam("kind"),
        one_time_link.c.expires_at > bindparam("now", type_=Instant()),
    )
    .values(expires_at=bindparam("now", type_=Instant()))
)
_insert = insert(one_time_link).values(
    id=bindparam("id"),
    account_id=bindparam("account_id"),
    purpose=bindparam("purpose"),
    created_at=bindparam("created_at"),
    expires_at=bindparam("expires_at"),
    used_at=None,
)


def make(connection: Connection, cause: Cause, account_id: str, purpose: Purpose) -> str:
    """Make a link; return its id (``lnk_…``), which is the subject of the notification."""
    connection.run(_retire, of_account=account_id, kind=purpose.value, now=cause.now)
    link_id = cause.new_id("lnk")
    connection.run(
        _insert,
        id=link_id,
        account_id=account_id,
        purpose=purpose.value,
        created_at=cause.now,
        expires_at=cause.now + LIFETIME[purpose],
    )
    return link_id
