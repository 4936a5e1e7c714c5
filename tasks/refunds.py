"""The tasks of refunds."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.payments.refunds import read
from domain.payments.refunds.overdue import (
    ask_about_overdue,
    refund_late_capture,
    refund_left_over,
    refund_second_charge,
)
from domain.payments.refunds.ports import RefundFailed, RefundOrder, RefundOutcome, RefundPostponed
from domain.payments.refunds.postpone import postpone
from domain.payments.refunds.record_outcome import record_outcome
from domain.payments.refunds.request import WRONG_CAPTURE
from domain.payments.refunds.submit import begin, to_ask
from domain.payments.refunds.tables import refund
from domain.payments.refunds.work import Ask, Submit, Sweep
from domain.payments.work import RefundLate, RefundSecond
from domain.provider_errors import Refused
from runtime import logging
from tasks.declare import Call, database_task, durable_task, overdue_task
from tasks.retry import PATIENT
from tasks.send_once import Absent, recording, send_once

log = logging.get("handwork.refunds")


def _record(connection: Connection, cause: Cause, refund_id: str, result: RefundOutcome | RefundPostponed) -> None:
    if isinstance(result, RefundPostponed):
        postpone(connection, cause, refund_id)
    elif record_outcome(connection, cause, refund_id, result):
        log_failure(connection, refund_id, result)


_record_or_note = recording(refund, _record)


def log_failure(connection: Connection, refund_id: str, outcome: RefundOutcome) -> None:
    """Log a failed refund as an error, for an operator; the line comes twice when the transaction runs again."""
    if isinstance(outcome, RefundFailed):
        found = read.by_id(connection, refund_id)
        log.error(
            "refund failed",
            refund_id=found.id,
            payment_id=found.payment_id,
            booking_id=found.booking_id,
            amount_minor=found.amount_minor,
            currency=found.currency,
            code=outcome.code,
        )


@durable_task(work=Submit, prepare=begin, record=_record_or_note, retry=PATIENT)
async def submit(call: Call, _work: Submit, order: RefundOrder) -> RefundOutcome | RefundPostponed | Absent:
    rail = call.gateways.rail(order.provider)
    return await send_once(call, order, rail.refund.submit, rail.refund.look_up, _refused)


def _refused(order: RefundOrder, refusal: Refused) -> RefundFailed:
    log.exception("refund refused by the provider", refund_id=order.refund_id)
    return RefundFailed(provider_id=None, code=refusal.code, message=refusal.message)


@durable_task(work=Ask, prepare=to_ask, record=_record_or_note, retry=PATIENT)
async def ask(call: Call, _work: Ask, order: RefundOrder) -> RefundOutcome | None:
    return await call.gateways.rail(order.provider).refund.look_up(order, call.deadline)


def _refund_late(connection: Connection, cause: Cause, work: RefundLate) -> None:
    """Refund a late capture, and log an error when its amount or currency differs from the order.

    The log line comes twice when the transaction runs again.
    """
    made = refund_late_capture(connection, cause, work.payment_id)
    if made is not None and made.reason == WRONG_CAPTURE:
        log.error(
            "captured amount differs from the order; refund queued",
            payment_id=made.payment_id,
            booking_id=made.booking_id,
            captured_minor=made.amount_minor,
            captured_currency=made.currency,
            refund_id=made.id,
        )


def _refund_second(connection: Connection, cause: Cause, work: RefundSecond) -> None:
    """Refund a second charge, and log an error, because a second charge should not happen.

    The log line comes twice when the transaction runs again.
    """
    made = refund_second_charge(connection, cause, work.payment_id, work.charged_as)
    log.error(
        "payment charged twice; refund queued",
        payment_id=work.payment_id,
        charged_as=work.charged_as,
        refund_id=made.id if made else None,
        amount_minor=made.amount_minor if made else 0,
    )


late_capture = database_task(RefundLate, _refund_late)
second_charge = database_task(RefundSecond, _refund_second)
sweep = overdue_task(Sweep, ask_about_overdue, refund_left_over)
