"""Every account's balance, summed from the transfers: the truth that tests hold the rest against."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Select, cast, func, select

from domain.database import Connection
from domain.ledger import chart
from domain.ledger.read import Balance
from domain.ledger.tables import transfer


def _summed(side: Column[str]) -> Select[tuple[str, str, int]]:
    amount = cast(func.sum(transfer.c.amount_minor), BigInteger)
    return select(side, transfer.c.currency, amount).group_by(side, transfer.c.currency)


_debits, _credits = _summed(transfer.c.debit_account), _summed(transfer.c.credit_account)


def trial_balance(connection: Connection) -> list[Balance]:
    """By account and currency; positive on the account's normal side."""
    sums: dict[tuple[str, str], int] = {}
    for statement, sign in ((_debits, 1), (_credits, -1)):
        for account, currency, amount in connection.run(statement).all():
            sums[account, currency] = sums.get((account, currency), 0) + sign * int(amount)
    return [
        Balance(account, currency, amount if chart.grows_by_debit(account) else -amount)
        for (account, currency), amount in sorted(sums.items())
    ]
