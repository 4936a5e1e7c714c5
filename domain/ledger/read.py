"""Read balances and transfers of the ledger."""

from __future__ import annotations

import msgspec
from sqlalchemy import BigInteger, bindparam, cast, func, select

from domain.database import Connection
from domain.ledger import chart
from domain.ledger.tables import balance, transfer


class Balance(msgspec.Struct, frozen=True):
    """An account's balance in one currency.  ``amount_minor`` is positive on the account's normal side."""

    account: str
    currency: str
    amount_minor: int


_guarded_one = select(balance.c.amount_minor).where(
    balance.c.account == bindparam("of_account"), balance.c.currency == bindparam("in_currency")
)
_guarded_all = select(balance.c.currency, balance.c.amount_minor).where(balance.c.account == bindparam("of_account"))
_credited = select(cast(func.coalesce(func.sum(transfer.c.amount_minor), 0), BigInteger)).where(
    transfer.c.credit_account == bindparam("of_account"), transfer.c.currency == bindparam("in_currency")
)
_debited = select(cast(func.coalesce(func.sum(transfer.c.amount_minor), 0), BigInteger)).where(
    transfer.c.debit_account == bindparam("of_account"), transfer.c.currency == bindparam("in_currency")
)
_by_key = select(transfer.c.credit_account, transfer.c.amount_minor, transfer.c.currency).where(
    transfer.c.unique_key == bindparam("of_key")
)


def posted(connection: Connection, unique_key: str) -> Balance | None:
    """Return the account and the amount that the transfer under this key credited; None when there is none."""
    row = connection.run(_by_key, of_key=unique_key).first()
    return Balance(account=row[0], amount_minor=row[1], currency=row[2]) if row else None


def balance_of(connection: Connection, account: str, currency: str) -> int:
    """Return the balance of an account, positive on its normal side; the sum of its transfers if it has no row."""
    if chart.is_guarded(account):
        return int(connection.run(_guarded_one, of_account=account, in_currency=currency).scalar() or 0)
    credited = int(connection.run(_credited, of_account=account, in_currency=currency).scalar())
    debited = int(connection.run(_debited, of_account=account, in_currency=currency).scalar())
    return debited - credited if chart.grows_by_debit(account) else credited - debited


def balances_of(connection: Connection, account: str) -> list[tuple[str, int]]:
    """Return (currency, amount) of a guarded account, for every currency that the account ever had."""
    return [(row[0], row[1]) for row in connection.run(_guarded_all, of_account=account).all()]
