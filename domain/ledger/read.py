"""Sums over the ledger."""

from __future__ import annotations

import msgspec
from sqlalchemy import BigInteger, bindparam, cast, func, select

from domain.database import Connection
from domain.ledger import chart
from domain.ledger.tables import balance, transfer


class Balance(msgspec.Struct, frozen=True):
    """``amount_minor`` is positive on the account's normal side."""

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
_credited_by = select(transfer.c.credit_account).where(
    transfer.c.cause_id == bindparam("of_cause"), transfer.c.code == bindparam("of_code")
)
_by_key = select(transfer.c.amount_minor).where(transfer.c.unique_key == bindparam("of_key"))


def is_posted(connection: Connection, unique_key: str) -> bool:
    return connection.run(_by_key, of_key=unique_key).first() is not None


def balance_of(connection: Connection, account: str, currency: str) -> int:
    """What is on one account, positive on its normal side; summed where no balance row is kept."""
    if chart.is_guarded(account):
        return int(connection.run(_guarded_one, of_account=account, in_currency=currency).scalar() or 0)
    credited = int(connection.run(_credited, of_account=account, in_currency=currency).scalar())
    debited = int(connection.run(_debited, of_account=account, in_currency=currency).scalar())
    return debited - credited if chart.grows_by_debit(account) else credited - debited


def balances_of(connection: Connection, account: str) -> list[tuple[str, int]]:
    """(currency, amount) of a guarded account, in every currency that it ever had."""
    return [(row[0], row[1]) for row in connection.run(_guarded_all, of_account=account).all()]


def credited_by(connection: Connection, cause_id: str, code: str) -> str | None:
    """The account that a posting of this code credited for one thing; None: there was none."""
    found: str | None = connection.run(_credited_by, of_cause=cause_id, of_code=code).scalar()
    return found
