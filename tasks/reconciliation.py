"""Ask the provider for what is missing, stuck or unknown, through the same functions as the webhook."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from domain.cause import Cause
from domain.database import Connection
from domain.payments.overdue import ask_about_overdue, submit_lost
from domain.platform.inbox import cursor
from domain.platform.inbox.ports import ProviderEvent
from domain.platform.inbox.receive import receive
from domain.platform.maintenance.work import AskOverdue, FetchEvents, Window
from domain.platform.outbox.enqueue import enqueue
from runtime import logging
from tasks.declare import Call, durable_task, overdue_task
from tasks.retry import QUICK

log = logging.get("handwork.reconciliation")
FIRST_LOOK = timedelta(days=1)
MAXIMUM_PAGES = 20


class Fetched(msgspec.Struct, frozen=True):
    """The events of one run.  ``rest``: the window that is left when there were more pages than one run reads."""

    events: list[ProviderEvent]
    until: datetime
    rest: Window | None = None


def _window(connection: Connection, cause: Cause, work: FetchEvents) -> Window:
    if work.rest is not None:
        return work.rest
    read = cursor.read_until(connection, work.provider)
    # A process whose clock was ahead may have stored a time in the future.
    return Window(since=min(read, cause.now) if read else cause.now - FIRST_LOOK, until=cause.now)


def _take_in(connection: Connection, cause: Cause, work: FetchEvents, fetched: Fetched) -> None:
    for event in fetched.events:
        receive(connection, cause, provider=work.provider, event_id=event.event_id, payload=event.payload)
    if fetched.rest is None:
        cursor.advance(connection, work.provider, fetched.until, now=cause.now)
    else:  # the newest events come first: the cursor advances once the oldest are here too
        enqueue(connection, cause, FetchEvents(provider=work.provider, rest=fetched.rest))


@durable_task(work=FetchEvents, prepare=_window, record=_take_in, max_runtime=timedelta(seconds=60), retry=QUICK)
async def fetch_events(call: Call, work: FetchEvents, window: Window) -> Fetched:
    # The window overlaps the one before: the inbox drops events that it already has.
    since = window.since - timedelta(seconds=call.settings.reconcile_overlap_s)
    events: list[ProviderEvent] = []
    after = window.after
    for _ in range(MAXIMUM_PAGES):
        page = await call.gateways.rail(work.provider).events.events(since, window.until, after, call.deadline)
        events += page.events
        after = page.next_cursor
        if after is None:
            return Fetched(events, window.until)
    return Fetched(events, window.until, rest=msgspec.structs.replace(window, after=after))


def _submit_lost(connection: Connection, cause: Cause, *, before: datetime) -> None:
    for payment_id in submit_lost(connection, cause, before=before):
        log.error("payment had no task; it is submitted now", payment_id=payment_id)


ask_overdue = overdue_task(AskOverdue, ask_about_overdue, _submit_lost)
