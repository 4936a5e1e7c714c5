"""Count the outgoing money: refunds, transfers and payouts, by the ids that callers put into metadata."""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.store import Store


class PaidOut(msgspec.Struct):
    """The counts and sums of outgoing money.  Sums are in minor units over all currencies.

    ``refunds``: how many by ``metadata.refund_id``; ``refunded``: the sum of those that have not failed.
    ``transfers``: how many by ``metadata.payout_id``, and their sum ``transferred``.  ``payouts``: how many by
    ``metadata.payout_id`` have reached the bank, and their sum ``paid``; ``payouts_made``: how many have not failed;
    ``payouts_ended``: how the latest ended; ``payouts_paid``: the sum that has reached the bank, of each.
    ``accounts``: by ``metadata.payout_account_id``.  ``balance``: the platform's by currency, available and pending;
    ``connected``: the same of each account."""

    refunds: dict[str, int]
    refunded: int
    transfers: dict[str, int]
    transferred: int
    payouts: dict[str, int]
    payouts_made: dict[str, int]
    payouts_ended: dict[str, str]
    payouts_paid: dict[str, int]
    paid: int
    accounts: dict[str, int]
    balance: dict[str, int]
    connected: dict[str, dict[str, int]]


_STATUS = "body ->> '$.status'"
_PAID, _NOT_FAILED = f"{_STATUS} = 'paid'", f"{_STATUS} <> 'failed'"
_AMOUNT = "coalesce(sum(body ->> '$.amount'), 0)"
_LATEST_END = f"{_STATUS}, max(seq)"
"""The status of the newest row: beside ``max()``, SQLite takes the other columns from that row."""


def paid_out(store: Store) -> PaidOut:
    connected: dict[str, dict[str, int]] = {}
    for account, currency, net in _balances(store, "account IS NOT NULL"):
        connected.setdefault(str(account), {})[currency] = net
    return PaidOut(
        refunds=_by_tag(store, "refund", "refund_id"),
        refunded=_sum(store, "refund", _NOT_FAILED),
        transfers=_by_tag(store, "transfer", "payout_id"),
        transferred=_sum(store, "transfer"),
        payouts=_by_tag(store, "payout", "payout_id", only=_PAID),
        payouts_made=_by_tag(store, "payout", "payout_id", only=_NOT_FAILED),
        payouts_ended=_by_tag(store, "payout", "payout_id", _LATEST_END, f"{_STATUS} IN ('paid', 'failed')"),
        payouts_paid=_by_tag(store, "payout", "payout_id", _AMOUNT, _PAID),
        paid=_sum(store, "payout", _PAID),
        accounts=_by_tag(store, "account", "payout_account_id"),
        balance={currency: net for _, currency, net in _balances(store, "account IS NULL")},
        connected=connected,
    )


def _by_tag(store: Store, kind: str, tag: str, what: str = "count(*)", only: str = "true") -> dict[str, Any]:
    rows = store.run(
        f"SELECT body ->> '$.metadata.{tag}' AS tag, {what} FROM document"  # noqa: S608  # our own names
        f" WHERE kind = ? AND {only} AND tag IS NOT NULL GROUP BY 1",
        kind,
    )
    return {row[0]: row[1] for row in rows}


def _sum(store: Store, kind: str, only: str = "true") -> int:
    rows = store.run(f"SELECT {_AMOUNT} FROM document WHERE kind = ? AND {only}", kind)  # noqa: S608  # our own names
    return int(rows[0][0])


def _balances(store: Store, whose: str) -> list[tuple[str | None, str, int]]:
    return store.run(
        "SELECT account, body ->> '$.currency', sum(body ->> '$.net') FROM document"  # noqa: S608  # our own names
        f" WHERE kind = 'balance_transaction' AND {whose} GROUP BY 1, 2 ORDER BY 1, 2"
    )
