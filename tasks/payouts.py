"""The tasks of payouts."""

from __future__ import annotations

from datetime import timedelta

from domain.cause import Cause
from domain.database import Connection
from domain.payouts.poll import poll as poll_open
from domain.payouts.poll import poll_paid as poll_paid_payouts
from domain.payouts.ports import FundsPending, PayoutFailed, PayoutOrder, PayoutOutcome, Transferred
from domain.payouts.postpone import postpone
from domain.payouts.record_outcome import record_outcome, record_transfer
from domain.payouts.submit import to_ask, to_pay, to_transfer
from domain.payouts.tables import payout
from domain.payouts.work import Ask, Pay, Poll, PollPaid, Transfer
from domain.provider_errors import Refused
from runtime import logging
from tasks.declare import Call, database_task, durable_task, overdue_task
from tasks.retry import PATIENT
from tasks.send_once import Absent, recording, send_once

log = logging.get("handwork.payouts")

Result = Transferred | PayoutOutcome | FundsPending | Absent | None


def _record(
    connection: Connection, cause: Cause, payout_id: str, result: Transferred | PayoutOutcome | FundsPending
) -> None:
    match result:
        case Transferred():
            record_transfer(connection, cause, payout_id, result)
        case FundsPending():
            postpone(connection, cause, payout_id)
        case _:
            record_outcome(connection, cause, payout_id, result)


_record_or_note = recording(payout, _record)


def _refused(order: PayoutOrder, refusal: Refused) -> PayoutFailed:
    log.exception("payout refused by the provider", payout_id=order.payout_id)
    return PayoutFailed(provider_id=None, code=refusal.code, message=refusal.message)


@durable_task(work=Transfer, prepare=to_transfer, record=_record_or_note, retry=PATIENT)
async def transfer(call: Call, _work: Transfer, order: PayoutOrder) -> Result:
    rail = call.gateways.rail(order.provider)
    return await send_once(call, order, rail.payout.transfer, rail.payout.find_transfer, _refused)


@durable_task(work=Pay, prepare=to_pay, record=_record_or_note, retry=PATIENT)
async def pay(call: Call, _work: Pay, order: PayoutOrder) -> Result:
    rail = call.gateways.rail(order.provider)
    return await send_once(call, order, rail.payout.pay, rail.payout.look_up, _refused)


@durable_task(work=Ask, prepare=to_ask, record=_record_or_note, retry=PATIENT)
async def ask(call: Call, _work: Ask, order: PayoutOrder) -> Result:
    return await call.gateways.rail(order.provider).payout.look_up(order, call.deadline)


def _poll_paid(connection: Connection, cause: Cause, _work: PollPaid) -> None:
    poll_paid_payouts(connection, cause)


poll = overdue_task(Poll, poll_open)
poll_paid = database_task(PollPaid, _poll_paid, max_runtime=timedelta(seconds=30))
