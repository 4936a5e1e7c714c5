"""Count the outgoing money: refunds, transfers and payouts, by the ids that callers put into metadata."""

from __future__ import annotations

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


def paid_out(store: Store) -> PaidOut:
    connected: dict[str, dict[str, int]] = {}
    for account, currency, net in _balances(store, "account IS NOT NULL"):
        connected.setdefault(str(account), {})[currency] = net
    return PaidOut(
        refunds=_counted(store, "refund", "refund_id"),
        refunded=_sum(store, "refund", "status <> 'failed'"),
        transfers=_counted(store, "transfer", "payout_id"),
        transferred=_sum(store, "transfer", "true"),
        payouts=_counted(store, "payout", "payout_id", "body ->> '$.status' = 'paid'"),
        payouts_made=_counted(store, "payout", "payout_id", "body ->> '$.status' <> 'failed'"),
        payouts_ended=_ended(store),
        payouts_paid=_paid(store),
        paid=_sum(store, "payout", "status = 'paid'"),
        accounts=_counted(store, "account", "payout_account_id"),
        balance={currency: net for _, currency, net in _balances(store, "account IS NULL")},
        connected=connected,
    )


def _counted(store: Store, kind: str, tag: str, which: str = "true") -> dict[str, int]:
    rows = store.run(
        f"SELECT body ->> '$.metadata.{tag}' AS tag, count(*) FROM document"  # noqa: S608  # our own names
        f" WHERE kind = ? AND {which} AND tag IS NOT NULL GROUP BY 1",
        kind,
    )
    return dict(rows)


def _ended(store: Store) -> dict[str, str]:
    rows = store.run(
        "SELECT body ->> '$.metadata.payout_id' AS tag, body ->> '$.status' FROM document"
        " WHERE kind = 'payout' AND tag IS NOT NULL ORDER BY seq"
    )
    return {tag: status for tag, status in rows if status in {"paid", "failed"}}


def _paid(store: Store) -> dict[str, int]:
    rows = store.run(
        "SELECT body ->> '$.metadata.payout_id' AS tag, sum(body ->> '$.amount') FROM document"
        " WHERE kind = 'payout' AND body ->> '$.status' = 'paid' AND tag IS NOT NULL GROUP BY 1"
    )
    return dict(rows)


def _sum(store: Store, kind: str, which: str) -> int:
    rows = store.run(
        "SELECT coalesce(sum(amount), 0) FROM (SELECT body ->> '$.amount' AS amount,"  # noqa: S608  # our own names
        f" body ->> '$.status' AS status FROM document WHERE kind = ?) WHERE {which}",
        kind,
    )
    return int(rows[0][0])


def _balances(store: Store, whose: str) -> list[tuple[str | None, str, int]]:
    return store.run(
        "SELECT account, body ->> '$.currency', sum(body ->> '$.net') FROM document"  # noqa: S608  # our own names
        f" WHERE kind = 'balance_transaction' AND {whose} GROUP BY 1, 2 ORDER BY 1, 2"
    )
