"""The invariants of the ledger: each balance row equals the sum of its transfers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Select, and_, case, cast, func, or_, select

from domain.ledger import chart
from domain.ledger.checks import Check, of_accounts, of_transfers
from domain.ledger.tables import balance, transfer


def _moved(side: Column[str]) -> ColumnElement[int]:
    amount = cast(func.coalesce(func.sum(transfer.c.amount_minor), 0), BigInteger)
    return select(amount).where(side == balance.c.account, transfer.c.currency == balance.c.currency).scalar_subquery()


def _grows_by_debit() -> ColumnElement[bool]:
    kinds = [kind for kind in chart.GUARDED if chart.grows_by_debit(kind)]
    return or_(*(balance.c.account.startswith(kind, autoescape=True) for kind in kinds))


_debits, _credits = _moved(transfer.c.debit_account), _moved(transfer.c.credit_account)
_summed = case((_grows_by_debit(), _debits - _credits), else_=_credits - _debits)
_off = select(balance.c.account, balance.c.currency, balance.c.amount_minor, _summed).where(
    balance.c.amount_minor != _summed
)


def _without_row(side: Column[str]) -> Select[Any]:
    kept = and_(balance.c.account == side, balance.c.currency == transfer.c.currency)
    guarded = or_(*(side.startswith(kind, autoescape=True) for kind in chart.GUARDED))
    return select(transfer.c.id).outerjoin(balance, kept).where(guarded, balance.c.account.is_(None))


CHECKS: tuple[Check, ...] = (
    of_accounts("balance {} {}: the row says {}, the transfers {}", _off, balance.c.account),
    of_transfers("transfer {} debits a guarded account that has no balance", _without_row(transfer.c.debit_account)),
    of_transfers("transfer {} credits a guarded account that has no balance", _without_row(transfer.c.credit_account)),
)
