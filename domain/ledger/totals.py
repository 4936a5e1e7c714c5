"""Sum up the ledger by kind of account, over all transfers or over a range of them; ranges can be added."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, Column, ColumnElement, Select, bindparam, case, cast, func, literal_column, select

from domain.database import Connection
from domain.ledger import chart
from domain.ledger.read import Balance
from domain.ledger.tables import transfer

_KINDS = (*chart.DEBIT_NORMAL, *chart.CREDIT_NORMAL)


def _kind_of(account: Column[str]) -> ColumnElement[str]:
    return case(*((account.startswith(kind, autoescape=True), literal_column(f"'{kind}'")) for kind in _KINDS))


def _by_kind(account: Column[str], *within: ColumnElement[bool]) -> Select[tuple[str, str, int]]:
    """Return the sums by kind, grouped outside a subquery, so that the kind's expression is written once."""
    kinds = (
        select(_kind_of(account).label("kind"), transfer.c.currency, transfer.c.amount_minor).where(*within).subquery()
    )
    amount = cast(func.sum(kinds.c.amount_minor), BigInteger)
    return select(kinds.c.kind, kinds.c.currency, amount).group_by(kinds.c.kind, kinds.c.currency)


_later = transfer.c.id > bindparam("after")
_until = transfer.c.id <= bindparam("through")
_SIDES = ((transfer.c.debit_account, 1), (transfer.c.credit_account, -1))
_to_the_end = [(_by_kind(account, _later), sign) for account, sign in _SIDES]
_stretch = [(_by_kind(account, _later, _until), sign) for account, sign in _SIDES]


def totals(connection: Connection, *, after: str = "", through: str | None = None) -> list[Balance]:
    """Return one balance for each kind of account and currency, positive on its normal side.

    The sums include the transfers with ids greater than ``after`` and at most ``through``; None: no upper bound.
    """
    sums: dict[tuple[str, str], int] = {}
    bounds = {"after": after} if through is None else {"after": after, "through": through}
    for statement, sign in _to_the_end if through is None else _stretch:
        for kind, currency, amount in connection.run(statement, **bounds).all():
            signed = sign * int(amount) * (1 if chart.grows_by_debit(kind) else -1)
            sums[kind, currency] = sums.get((kind, currency), 0) + signed
    return _sorted(sums)


def added(some: Iterable[Balance], more: Iterable[Balance]) -> list[Balance]:
    """Return the sum of the totals of two adjacent ranges."""
    sums: dict[tuple[str, str], int] = {}
    for found in (*some, *more):
        key = (found.account, found.currency)
        sums[key] = sums.get(key, 0) + found.amount_minor
    return _sorted(sums)


def _sorted(sums: dict[tuple[str, str], int]) -> list[Balance]:
    return [Balance(kind, currency, amount) for (kind, currency), amount in sorted(sums.items())]
