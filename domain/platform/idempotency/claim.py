"""Claim a client's idempotency key in the transaction of its effect: both are committed, or neither."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, delete, select

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Invalid
from domain.platform.idempotency.tables import idempotency_key
from domain.schema import Instant
from domain.schema.upsert import upsert

MAXIMUM_KEY = 255


class IdempotencyKey(msgspec.Struct, frozen=True):
    """The key that the client sent: ``scope`` is account, method and route; ``body_hash`` is of the raw body."""

    scope: str
    key: str
    body_hash: str


class Earlier(msgspec.Struct, frozen=True):
    """The resource that the first use of the key made."""

    status: int
    resource_id: str


_insert = (
    upsert(idempotency_key)
    .values(
        scope=bindparam("scope"),
        key=bindparam("key"),
        body_hash=bindparam("body_hash"),
        status=bindparam("status"),
        resource_id=bindparam("resource_id"),
        created_at=bindparam("created_at"),
    )
    .on_conflict_do_nothing()
)
_earlier = select(idempotency_key.c.body_hash, idempotency_key.c.status, idempotency_key.c.resource_id).where(
    idempotency_key.c.scope == bindparam("in_scope"), idempotency_key.c.key == bindparam("of_key")
)
_old = (
    select(idempotency_key.c.scope, idempotency_key.c.key)
    .where(idempotency_key.c.created_at < bindparam("before", type_=Instant()))
    .limit(500)
)
_delete = delete(idempotency_key).where(
    idempotency_key.c.scope == bindparam("in_scope", required=True),
    idempotency_key.c.key == bindparam("of_key", required=True),
)


def claim(
    connection: Connection, cause: Cause, key: IdempotencyKey, *, status: int, resource_id: str
) -> Earlier | None:
    """Claim the key for ``resource_id`` and return None; return the earlier resource when the key was used before.

    ``Invalid`` when the key was used with another body.
    """
    inserted = connection.run(
        _insert,
        scope=key.scope,
        key=key.key,
        body_hash=key.body_hash,
        status=status,
        resource_id=resource_id,
        created_at=cause.now,
    )
    if inserted.changed:
        return None
    body_hash, earlier_status, earlier_id = connection.run(_earlier, in_scope=key.scope, of_key=key.key).one()
    if body_hash != key.body_hash:
        raise Invalid(
            "idempotency_key_reused",
            "This key was used with another body. Send the same body again, or use a new key.",
            "Idempotency-Key",
        )
    return Earlier(earlier_status, earlier_id)


def prune(connection: Connection, *, before: datetime) -> int:
    """Delete at most 500 old keys in a transaction; return their number.  The caller repeats the call until it is 0."""
    old = connection.run(_old, before=before).all()
    if old:
        connection.run_many(_delete, [{"in_scope": scope, "of_key": key} for scope, key in old])
    return len(old)
