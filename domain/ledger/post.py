"""Post transfers: balanced by construction, once per unique key.

Each transfer debits one account and credits another by the same amount, so no posting can be out of balance.  The
unique key makes a repeat a no-op.  Balance rows are changed in the order of the accounts' names, so that two concurrent
postings cannot deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import BigInteger, bindparam, insert, update

from domain.cause import Cause
from domain.database import Connection
from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.tables import balance, transfer
from domain.schema.upsert import upsert


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer to post.  ``unique_key`` names its reason, such as ``capture:pay_…``; ``amount_minor`` is above 0."""

    debit: str
    credit: str
    amount_minor: int
    currency: str
    code: Code
    unique_key: str
    cause_id: str
    booking_id: str | None = None


_insert = (
    upsert(transfer)
    .values(
        id=bindparam("id"),
        debit_account=bindparam("debit"),
        credit_account=bindparam("credit"),
        amount_minor=bindparam("amount_minor"),
        currency=bindparam("currency"),
        code=bindparam("code"),
        booking_id=bindparam("booking_id"),
        cause_id=bindparam("cause_id"),
        unique_key=bindparam("unique_key"),
        created_at=bindparam("created_at"),
    )
    .on_conflict_do_nothing()
)
_change = (
    update(balance)
    .where(balance.c.account == bindparam("of_account"), balance.c.currency == bindparam("in_currency"))
    .values(amount_minor=balance.c.amount_minor + bindparam("delta", type_=BigInteger()))
)
_open = insert(balance).values(
    account=bindparam("of_account"), currency=bindparam("in_currency"), amount_minor=bindparam("delta")
)


def post(connection: Connection, cause: Cause, transfers: Sequence[Transfer]) -> int:
    """Post the transfers; return how many were new.

    An overdraft fails in the database and rolls the transaction back.  ``ValueError`` for an account that is not in the
    chart, or that the code does not debit or credit.
    """
    posted = [t for t in transfers if _insert_one(connection, cause, t)]
    deltas: dict[tuple[str, str], int] = {}
    for t in posted:
        for account, sign in ((t.debit, 1), (t.credit, -1)):
            if chart.is_guarded(account):
                signed = t.amount_minor * (sign if chart.grows_by_debit(account) else -sign)
                deltas[account, t.currency] = deltas.get((account, t.currency), 0) + signed
    for (account, currency), delta in sorted(deltas.items()):
        if not connection.run(_change, of_account=account, in_currency=currency, delta=delta).changed:
            connection.run(_open, of_account=account, in_currency=currency, delta=delta)
    return len(posted)


def _insert_one(connection: Connection, cause: Cause, t: Transfer) -> bool:
    if chart.kind(t.debit) not in t.code.debits or chart.kind(t.credit) not in t.code.credits:
        raise ValueError(f"{t.code.value} does not debit {t.debit} and credit {t.credit}")
    result = connection.run(
        _insert,
        id=cause.new_id("trf"),
        debit=t.debit,
        credit=t.credit,
        amount_minor=t.amount_minor,
        currency=t.currency,
        code=t.code.value,
        booking_id=t.booking_id,
        cause_id=t.cause_id,
        unique_key=t.unique_key,
        created_at=cause.now,
    )
    return bool(result.changed)
