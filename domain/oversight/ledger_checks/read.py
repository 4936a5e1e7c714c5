"""Read the findings of ledger checks."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.ledger.read import Balance
from domain.ledger.totals import added, totals
from domain.oversight.ledger_checks.tables import ledger_check


class LedgerCheck(msgspec.Struct, frozen=True):
    id: str
    scope: str
    sentences: list[str]
    totals: list[Balance]
    through: str
    seen: str
    at: datetime


_columns = [ledger_check.c[name] for name in LedgerCheck.__struct_fields__]
_last = select(*_columns).order_by(ledger_check.c.id.desc()).limit(1)
_last_of = (
    select(*_columns).where(ledger_check.c.scope == bindparam("of_scope")).order_by(ledger_check.c.id.desc()).limit(1)
)


def last(connection: Connection, scope: str | None = None) -> LedgerCheck | None:
    """Return the latest check, or the latest of a scope; None before the first."""
    row = (connection.run(_last) if scope is None else connection.run(_last_of, of_scope=scope)).first()
    if row is None:
        return None
    values = dict(zip(LedgerCheck.__struct_fields__, row, strict=True))
    values["sentences"] = msgspec.json.decode(values["sentences"], type=list[str])
    values["totals"] = msgspec.json.decode(values["totals"], type=list[Balance])
    return LedgerCheck(**values)


def totals_now(connection: Connection) -> list[Balance]:
    """Return the totals by kind of account: those of the last check plus what was posted since."""
    kept = last(connection)
    if kept is None:
        return totals(connection)
    return added(kept.totals, totals(connection, after=kept.through))
