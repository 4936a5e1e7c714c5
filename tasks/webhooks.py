"""The task of the inbox: apply each stored event once."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from domain.cause import Cause
from domain.database import Connection
from domain.payments.refunds.ports import RefundEvent
from domain.platform.inbox.handle import payload_of
from domain.platform.inbox.states import EventOutcome
from domain.platform.inbox.work import Process
from domain.provider_errors import Refused
from domain.provider_events.apply import Event, apply_event
from runtime import logging
from tasks.declare import Call, durable_task
from tasks.refunds import log_failure
from tasks.retry import QUICK

log = logging.get("handwork.webhooks")


def _load(connection: Connection, _cause: Cause, work: Process) -> str | None:
    return payload_of(connection, work.provider, work.event_id)


def _apply(connection: Connection, cause: Cause, work: Process, event: Event) -> None:
    """Apply the event, and log what an operator must look at; the log line comes twice when the transaction runs
    again."""
    verdict = apply_event(connection, cause, work.provider, work.event_id, event)
    if verdict.outcome is EventOutcome.ALARM:
        log.error("money event not applied", provider=work.provider, event_id=work.event_id, reason=verdict.why)
    elif verdict.outcome is EventOutcome.APPLIED and isinstance(event, RefundEvent):
        log_failure(connection, event.refund_id, event.outcome)


@durable_task(work=Process, prepare=_load, record=_apply, max_runtime=timedelta(seconds=10), retry=QUICK, batch=25)
async def process(call: Call, work: Process, payload: str) -> Event:
    """Return the event in the domain's terms.  Translating makes no call, so no effect can be in doubt.

    ``Refused`` for an unreadable event: a repeat would fail again, so its row is dead at once.  An operator runs the
    row again once a release can read the event.
    """
    try:
        return call.gateways.translate(work.provider, payload)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Refused(work.provider, "event_unreadable", str(error)) from error
