"""The ledger by kind of account, for whoever watches it: a handful of sums."""

from __future__ import annotations

from domain.database import Connection
from domain.ledger import chart
from domain.ledger.read import Balance, trial_balance


def totals(connection: Connection) -> list[Balance]:
    """One balance for each kind of account and currency; on its normal side it is positive."""
    sums: dict[tuple[str, str], int] = {}
    for found in trial_balance(connection):
        key = (chart.kind(found.account), found.currency)
        sums[key] = sums.get(key, 0) + found.amount_minor
    return [Balance(kind, currency, amount) for (kind, currency), amount in sorted(sums.items())]
