"""Count the effects that really happened here; tests compare a caller's records with them."""

from __future__ import annotations

import msgspec

from sandbox.delivery import Deliveries
from sandbox.store import Store

MOST = 1000
"""The most charges of one page."""


class Effects(msgspec.Struct):
    """The counts of effects.

    ``charges``: the successful ones; ``amount``: their sum in minor units over all currencies; ``by_payment``: the
    successful charges by ``metadata.payment_id``, with their sums in ``amounts``; ``deliveries``: by state, and the
    attempts."""

    charges: int
    amount: int
    by_payment: dict[str, int]
    amounts: dict[str, int]
    declined: int
    events: int
    keys: int
    deliveries: dict[str, int]


class Charged(msgspec.Struct, frozen=True):
    """A charge, successful or declined.

    ``payment``: its ``metadata.payment_id``; ``idempotency_key``: that of the request that caused it, None without a
    key or after the holder's consent."""

    position: int
    charge: str
    payment_intent: str | None
    payment: str | None
    idempotency_key: str | None
    amount: int
    currency: str
    succeeded: bool


class ChargedPage(msgspec.Struct, frozen=True):
    """A page of charges in the order of their creation; ``next_after`` is None at the end."""

    charges: list[Charged]
    next_after: int | None


def effects(store: Store, deliveries: Deliveries) -> Effects:
    charges, amount, declined = store.run(
        "SELECT coalesce(sum(succeeded), 0), coalesce(sum(amount) FILTER (WHERE succeeded), 0),"
        " coalesce(sum(NOT succeeded), 0) FROM effect"
    )[0]
    by_payment = store.run(
        "SELECT payment, count(*), sum(amount) FROM effect WHERE succeeded AND payment IS NOT NULL GROUP BY payment"
    )
    return Effects(
        charges=charges,
        amount=amount,
        by_payment={payment: count for payment, count, _ in by_payment},
        amounts={payment: total for payment, _, total in by_payment},
        declined=declined,
        events=store.run("SELECT count(*) FROM document WHERE kind = 'event'")[0][0],
        keys=store.run("SELECT count(*) FROM idempotency")[0][0],
        deliveries=deliveries.counts(),
    )


def charged(store: Store, after: int = 0, limit: int = MOST, **wanted: str | None) -> ChargedPage:
    """Return the page after the position ``after``.  ``wanted``: values of ``effect``'s columns; None for any."""
    filters = {column: value for column, value in wanted.items() if value is not None}
    where = " AND ".join(["rowid > ?", *(f"{column} = ?" for column in filters)])
    rows = store.run(
        "SELECT rowid, charge, intent, payment, key, amount, currency, succeeded FROM effect"  # noqa: S608  # our names
        f" WHERE {where} ORDER BY rowid LIMIT ?",
        after, *filters.values(), limit,
    )  # fmt: skip
    charges = [
        Charged(position, charge, intent, payment, key, amount, currency, bool(succeeded))
        for position, charge, intent, payment, key, amount, currency, succeeded in rows
    ]
    return ChargedPage(charges, charges[-1].position if len(charges) == limit else None)
