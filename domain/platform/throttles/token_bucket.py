"""Token buckets.  A bucket is stored as one time: when it will be full again.  Each token taken defers this time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, delete, select

from domain.database import Connection
from domain.platform.throttles.tables import throttle
from domain.schema.upsert import upsert

BATCH = 500
_full_at = select(throttle.c.full_at).where(throttle.c.key == bindparam("of_key"))
_insert = upsert(throttle).values(key=bindparam("key"), full_at=bindparam("full_at"))
_keep = _insert.on_conflict_do_update(index_elements=["key"], set_={"full_at": _insert.excluded.full_at})
_forget = delete(throttle).where(throttle.c.key == bindparam("of_key"))
_old = select(throttle.c.key).where(throttle.c.full_at < bindparam("before")).limit(BATCH)
_prune = delete(throttle).where(throttle.c.key.in_(_old))


class Bucket(msgspec.Struct, frozen=True):
    """A bucket of ``size`` tokens, refilled evenly over ``per``.  The ``key`` names what is counted, never for whom."""

    key: str
    size: int
    per: timedelta


class Allowance(msgspec.Struct, frozen=True):
    """The rest in the emptiest bucket, which holds ``limit`` for ``per``.

    ``refused_for`` is how long the caller must wait; zero when the request is allowed.
    """

    limit: int
    per: timedelta
    remaining: int
    full_in: timedelta
    refused_for: timedelta = timedelta(0)
    key: str = ""


def bucket(what: str, whom: str, size: int, per: timedelta) -> Bucket:
    """Return a bucket.  ``whom`` may be a stranger's address, or anything: it is stored as a hash of fixed length."""
    return Bucket(f"{what}:{hashlib.sha256(whom.encode()).hexdigest()[:40]}", size, per)


def take(connection: Connection, now: datetime, buckets: Sequence[Bucket]) -> Allowance:
    """Take one token from each bucket, or from none when one of them is empty; return what is left."""
    found = [_look(connection, now, each) for each in buckets]
    if (worst := max(found, key=lambda each: each.refused_for)).refused_for:
        return worst
    for each, allowance in zip(buckets, found, strict=True):
        connection.run(_keep, key=each.key, full_at=now + allowance.full_in)
    return min(found, key=lambda each: each.remaining)


def _look(connection: Connection, now: datetime, of: Bucket) -> Allowance:
    kept: datetime | None = connection.run(_full_at, of_key=of.key).scalar()
    each = of.per // of.size  # rounded down, so that all of them fit
    left = kept - now if kept else timedelta(0)
    # A longer time means that the clock went back: no caller waits until the clock has caught up.
    full_in = (left if timedelta(0) < left <= of.per else timedelta(0)) + each
    if full_in > of.per:
        return Allowance(of.size, of.per, 0, full_in - each, full_in - of.per, of.key)
    return Allowance(of.size, of.per, (of.per - full_in) // each, full_in, key=of.key)


def fill(connection: Connection, of: Bucket) -> None:
    """Fill the bucket at once, for a caller who proved their identity."""
    connection.run(_forget, of_key=of.key)


def prune(connection: Connection, *, before: datetime) -> int:
    """Delete at most 500 buckets that were full again before then; return their number."""
    return connection.run(_prune, before=before).changed
