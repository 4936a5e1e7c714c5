"""The tasks of the inbox."""

from __future__ import annotations

from datetime import timedelta

from domain.cause import Cause
from domain.database import Connection
from domain.inbox.handle import payload_of, stamp
from domain.inbox.states import EventOutcome
from domain.inbox.work import Process
from domain.payments.ports import NotOurs, PaymentEvent
from domain.payments.read import find
from domain.payments.record_outcome import record_outcome
from tasks.declare import Call, durable_task
from tasks.retry import QUICK


def _load(connection: Connection, _cause: Cause, work: Process) -> str | None:
    return payload_of(connection, work.provider, work.event_id)


def _apply(connection: Connection, cause: Cause, work: Process, event: PaymentEvent | NotOurs) -> None:
    """The event's effect and its stamp in one transaction: applied once, or not at all."""
    outcome, detail = EventOutcome.IGNORED, None
    if isinstance(event, NotOurs):
        detail = event.reason
    elif find(connection, event.payment_id) is None:
        detail = f"there is no payment {event.payment_id}"
    else:
        new = record_outcome(connection, cause, event.payment_id, event.outcome)
        outcome = EventOutcome.APPLIED if new else EventOutcome.REPEATED
    stamp(connection, cause, work.provider, work.event_id, outcome, detail)


@durable_task(work=Process, prepare=_load, record=_apply, max_runtime=timedelta(seconds=10), retry=QUICK, batch=25)
async def process(call: Call, work: Process, payload: str) -> PaymentEvent | NotOurs:
    """Translating is reading, not calling: it has no effect that could be in doubt."""
    return call.gateways.translate(work.provider, payload)
