"""The tasks of payments."""

from __future__ import annotations

from datetime import timedelta

from domain.cause import Cause
from domain.database import Connection
from domain.payments.note_absence import note_absence
from domain.payments.ports import CardOrder, Declined, Outcome
from domain.payments.record_outcome import record_outcome
from domain.payments.submit import begin, to_ask, to_withdraw
from domain.payments.work import Ask, Submit, Withdraw
from domain.provider_errors import OutcomeUnknown, Refused
from runtime import logging
from tasks.absence import KEY_LIFETIME, Absent
from tasks.declare import Again, Call, durable_task
from tasks.retry import PATIENT

log = logging.get("handwork.payments")


def _record(
    connection: Connection, cause: Cause, work: Submit | Ask | Withdraw, result: Outcome | Absent | None
) -> Again | None:
    if isinstance(result, Absent):
        at = note_absence(connection, cause, work.payment_id, confirm_after=result.confirm_after)
        return Again(at, "the provider knows nothing of it yet")
    if result is not None:
        record_outcome(connection, cause, work.payment_id, result)
    return None


@durable_task(work=Submit, prepare=begin, record=_record, max_runtime=timedelta(seconds=14), retry=PATIENT)
async def submit(call: Call, _work: Submit, order: CardOrder) -> Outcome | Absent:
    """The same key for every attempt makes a repeat harmless; where a key cannot help, look it up."""
    if call.now - order.created_at < KEY_LIFETIME:
        try:
            return await call.gateways.cards.submit(order, call.deadline)
        except OutcomeUnknown as doubt:
            if not doubt.stored:
                raise
        except Refused:
            log.exception("the provider refused a payment", payment=order.payment_id)
            return await _refused(call, order)
    found = await call.gateways.cards.look_up(order, call.deadline)
    return found or Absent(call.settings.absence_confirm)


async def _refused(call: Call, order: CardOrder) -> Outcome:
    """Declined; unless an attempt before this one, whose outcome we never heard, got through."""
    found = await call.gateways.cards.look_up(order, call.deadline) if call.in_doubt else None
    return found or Declined(
        provider_id=None, code="provider_refused", message="The payment provider does not accept this payment."
    )


@durable_task(work=Ask, prepare=to_ask, record=_record, max_runtime=timedelta(seconds=14), retry=PATIENT)
async def ask(call: Call, _work: Ask, order: CardOrder) -> Outcome | None:
    return await call.gateways.cards.look_up(order, call.deadline)


@durable_task(work=Withdraw, prepare=to_withdraw, record=_record, max_runtime=timedelta(seconds=14), retry=PATIENT)
async def withdraw(call: Call, _work: Withdraw, order: CardOrder) -> Outcome | None:
    return await call.gateways.cards.cancel(order, call.deadline)
