"""Make a payout's ledger transfers: reserved, moved to the worker's balance at the provider, paid, or returned."""

from __future__ import annotations

from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.post import Transfer
from domain.payouts.read import Payout


def set_apart(found: Payout) -> Transfer:
    apart = chart.payout_pending(found.id)
    return _transfer(found, chart.worker_payable(found.worker_id), apart, Code.PAYOUT_RESERVED, found.generation)


def moved(found: Payout) -> Transfer:
    """Return the transfer to the worker's balance at the provider: one for the payout, however often it is retried."""
    return _transfer(found, chart.connected(found.worker_id), chart.clearing(found.provider), Code.PAYOUT_MOVED, None)


def gone(found: Payout) -> Transfer:
    apart = chart.payout_pending(found.id)
    return _transfer(found, apart, chart.connected(found.worker_id), Code.PAYOUT, found.generation)


def failed(found: Payout) -> Transfer:
    apart = chart.payout_pending(found.id)
    return _transfer(found, apart, chart.worker_payable(found.worker_id), Code.PAYOUT_FAILED, found.generation)


def returned(found: Payout) -> Transfer:
    back = chart.connected(found.worker_id)
    return _transfer(found, back, chart.worker_payable(found.worker_id), Code.PAYOUT_RETURNED, found.generation)


def _transfer(found: Payout, debit: str, credit: str, code: Code, generation: int | None) -> Transfer:
    """Return a transfer whose unique key includes the generation, because a payout may fail and be retried."""
    key = f"{code}:{found.id}" if generation is None else f"{code}:{found.id}:{generation}"
    return Transfer(
        debit=debit,
        credit=credit,
        amount_minor=found.amount_minor,
        currency=found.currency,
        code=code,
        unique_key=key,
        cause_id=found.id,
        booking_id=found.booking_id,
    )
