"""Use a link, once: one of two concurrent requests wins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Invalid
from domain.identity.links.states import Purpose
from domain.identity.links.tables import one_time_link
from domain.schema import Instant

BATCH = 500
_use = (
    update(one_time_link)
    .where(
        one_time_link.c.id == bindparam("link_id"),
        one_time_link.c.purpose == bindparam("kind"),
        one_time_link.c.used_at.is_(None),
        one_time_link.c.expires_at > bindparam("now", type_=Instant()),
    )
    .values(used_at=bindparam("now", type_=Instant()))
    .returning(one_time_link.c.account_id)
)
_old = select(one_time_link.c.id).where(one_time_link.c.expires_at < bindparam("before")).limit(BATCH)
_delete = delete(one_time_link).where(one_time_link.c.id.in_(_old))


def use(connection: Connection, cause: Cause, link_id: str, purpose: Purpose) -> str:
    """Use a link; return the id of its account.  ``Invalid`` when the link is unknown, was used, has expired, or was
    replaced by a newer one."""
    account_id = connection.run(_use, link_id=link_id, kind=purpose.value, now=cause.now).scalar()
    if account_id is None:
        raise Invalid("link_invalid", "This link is not valid, or was used, or is too old.", "token")
    return str(account_id)


def prune(connection: Connection, *, before: datetime) -> int:
    """Delete at most 500 links that expired before ``before``; return their number."""
    return connection.run(_delete, before=before).changed
