"""Check payments, bookings, refunds, payouts and the ledger against each other, and store the findings.

``look`` only reads, in one snapshot and without a lock, because a check of everything is a long read; ``record`` writes
a row.  A check of recent rows starts where the check before the last one ended, and costs as much as was posted since.

Ids are made before their transaction commits, so a transfer may appear below one that was seen before it.  Therefore
totals include only what an earlier check saw, minutes ago; no unit of work lasts that long.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select

from domain.cause import Cause
from domain.database import Connection
from domain.ledger.read import Balance
from domain.ledger.tables import transfer
from domain.ledger.totals import added, totals
from domain.oversight.ledger_checks.invariants import breaches
from domain.oversight.ledger_checks.read import LedgerCheck, last
from domain.oversight.ledger_checks.tables import ledger_check
from domain.schema import Instant

SETTLED = timedelta(minutes=2)
"""The time after which every transfer whose id was made is committed or never will be."""
_BATCH = 500


class Scope(StrEnum):
    RECENT = "recent"
    EVERYTHING = "everything"


class Finding(msgspec.Struct, frozen=True):
    """The result of a check.  ``totals``: of transfers up to ``through``.  ``seen``: the newest transfer then."""

    scope: Scope
    at: datetime
    sentences: list[str]
    totals: list[Balance]
    through: str
    seen: str


_newest = select(func.max(transfer.c.id))
_insert = insert(ledger_check).values({column.name: bindparam(column.name) for column in ledger_check.c})
_old = select(ledger_check.c.id).where(ledger_check.c.at < bindparam("before", type_=Instant())).limit(_BATCH)
_delete_old = delete(ledger_check).where(ledger_check.c.id.in_(_old))


def look(connection: Connection, now: datetime, scope: Scope) -> Finding:
    """Check the ledger and return the findings.  The first check of recent rows checks everything."""
    before = last(connection)
    seen = connection.run(_newest).scalar() or ""
    through = _settled(before, now)
    grown = _grown(connection, before, through)
    if scope is Scope.EVERYTHING or before is None:
        sentences = breaches(connection) + _other_totals(grown, totals(connection, through=through))
    else:
        sentences = breaches(connection, since=before.through.removeprefix("trf_"))
    return Finding(scope, now, sentences, grown, through, seen)


def record(connection: Connection, cause: Cause, found: Finding) -> None:
    connection.run(
        _insert,
        id=cause.new_id("chk"),
        scope=found.scope.value,
        at=found.at,
        breaches=len(found.sentences),
        sentences=msgspec.json.encode(found.sentences).decode(),
        totals=msgspec.json.encode(found.totals).decode(),
        through=found.through,
        seen=found.seen,
    )


def prune(connection: Connection, *, before: datetime) -> int:
    """Delete at most 500 old rows in a transaction; return their number."""
    return connection.run(_delete_old, before=before).changed


def _settled(before: LedgerCheck | None, now: datetime) -> str:
    if before is None:
        return ""
    return before.seen if now - before.at >= SETTLED else before.through


def _grown(connection: Connection, before: LedgerCheck | None, through: str) -> list[Balance]:
    if before is None:
        return []
    return added(before.totals, totals(connection, after=before.through, through=through))


def _other_totals(kept: list[Balance], summed: list[Balance]) -> list[str]:
    """Return a sentence for each stored total that differs from the sum of all transfers."""
    carried = {(b.account, b.currency): b.amount_minor for b in kept}
    return [
        f"total {b.account} {b.currency}: carried on it is {carried.get((b.account, b.currency), 0)}, "
        f"the transfers say {b.amount_minor}"
        for b in summed
        if carried.get((b.account, b.currency), 0) != b.amount_minor
    ]
