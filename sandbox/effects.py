"""What really happened here: the truth that callers are held against."""

from __future__ import annotations

import msgspec

from sandbox.delivery import Deliveries
from sandbox.store import Store


class Effects(msgspec.Struct):
    """``charges``: successful ones; ``amount``: their sum in minor units, whatever the currency; ``by_payment``:
    successful charges by ``metadata.payment_id``; ``deliveries``: by state, and the attempts made."""

    charges: int
    amount: int
    by_payment: dict[str, int]
    declined: int
    events: int
    keys: int
    deliveries: dict[str, int]


def effects(store: Store, deliveries: Deliveries) -> Effects:
    charges, amount, declined = store.run(
        "SELECT coalesce(sum(succeeded), 0), coalesce(sum(amount) FILTER (WHERE succeeded), 0),"
        " coalesce(sum(NOT succeeded), 0) FROM effect"
    )[0]
    by_payment = store.run(
        "SELECT payment, count(*) FROM effect WHERE succeeded AND payment IS NOT NULL GROUP BY payment"
    )
    return Effects(
        charges=charges,
        amount=amount,
        by_payment=dict(by_payment),
        declined=declined,
        events=store.run("SELECT count(*) FROM document WHERE kind = 'event'")[0][0],
        keys=store.run("SELECT count(*) FROM idempotency")[0][0],
        deliveries=deliveries.counts(),
    )
