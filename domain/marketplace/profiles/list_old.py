"""Store the terms of workers whose profiles are older than the directory."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.cause import Cause
from domain.database import Connection
from domain.identity.accounts.states import Role
from domain.marketplace.profiles.read import me
from domain.marketplace.profiles.tables import profile
from domain.marketplace.profiles.terms import put_terms, terms_of
from domain.marketplace.profiles.work import ListOld
from domain.platform.outbox.enqueue import enqueue

AT_ONCE = 100

_profiles = (
    select(profile.c.account_id)
    .where(profile.c.account_id > bindparam("after"))
    .order_by(profile.c.account_id)
    .limit(bindparam("most"))
)


def list_old(connection: Connection, cause: Cause, work: ListOld) -> None:
    """Store the terms of the next few workers; the rest by another task."""
    ids = [row[0] for row in connection.run(_profiles, after=work.after, most=AT_ONCE).all()]
    for account_id in ids:
        found = me(connection, account_id)
        if found.role == Role.WORKER:
            put_terms(connection, account_id, terms_of(found))
    if len(ids) == AT_ONCE:
        enqueue(connection, cause, ListOld(after=ids[-1]))
