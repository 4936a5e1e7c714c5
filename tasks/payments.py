"""The tasks of payments."""

from __future__ import annotations

from domain.payments.ports import CardOrder, Declined, Outcome
from domain.payments.record_outcome import record_outcome
from domain.payments.submit import begin, to_ask, to_withdraw
from domain.payments.tables import payment
from domain.payments.work import Ask, Submit, Withdraw
from domain.provider_errors import Refused
from runtime import logging
from tasks.declare import Call, durable_task
from tasks.retry import PATIENT
from tasks.send_once import Absent, recording, send_once

log = logging.get("handwork.payments")


_record = recording(payment, record_outcome)


@durable_task(work=Submit, prepare=begin, record=_record, retry=PATIENT)
async def submit(call: Call, _work: Submit, order: CardOrder) -> Outcome | Absent:
    rail = call.gateways.rail(order.provider)
    return await send_once(call, order, rail.pay.submit, rail.pay.look_up, _refused)


def _refused(order: CardOrder, _refusal: Refused) -> Declined:
    log.exception("payment refused by the provider", payment_id=order.payment_id)
    return Declined(
        provider_id=None, code="provider_refused", message="The payment provider does not accept this payment."
    )


@durable_task(work=Ask, prepare=to_ask, record=_record, retry=PATIENT)
async def ask(call: Call, _work: Ask, order: CardOrder) -> Outcome | None:
    return await call.gateways.rail(order.provider).pay.look_up(order, call.deadline)


@durable_task(work=Withdraw, prepare=to_withdraw, record=_record, retry=PATIENT)
async def withdraw(call: Call, _work: Withdraw, order: CardOrder) -> Outcome | None:
    return await call.gateways.rail(order.provider).pay.cancel(order, call.deadline)
