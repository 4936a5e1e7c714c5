"""Make one line of a story from each row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, get_args

import msgspec

from domain.announcements.words import amount
from domain.oversight.story.gather import Change, Delivery, Event, Notice, Posting
from domain.oversight.tasks import Attempt
from domain.platform.outbox.calls import ProviderCall
from domain.platform.outbox.read import Task
from domain.platform.outbox.states import TaskStatus

Kind = Literal["request", "webhook", "status", "ledger", "task", "attempt", "call", "notification", "delivery"]
ORDER = {kind: place for place, kind in enumerate(get_args(Kind))}
"""The order of entries with the same time, which rows of one transaction have: a cause comes before its effects."""
REASON = 120
"""The characters of an error that identify it; ``tasks show`` has the whole text."""


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a story.  ``subject``: the id that it is about.  ``ms``: the duration, where it is known."""

    at: datetime
    kind: Kind
    subject: str
    what: str
    correlation_id: str = ""
    id: str = ""
    outcome: str = ""
    ms: float | None = None
    provider_id: str = ""

    @property
    def place(self) -> tuple[datetime, int, str]:
        return self.at, ORDER[self.kind], self.id


class _AnyEvent(msgspec.Struct, frozen=True):
    type: str = ""
    event: str = ""


def of_change(found: Change) -> Entry:
    before = f"{found.from_status} → " if found.from_status else ""
    what = f"{before}{found.to_status}, by {found.actor}"
    return Entry(found.at, "status", found.subject_id, what, found.correlation_id, found.id)


def of_posting(found: Posting) -> Entry:
    moved = f"{found.debit_account} → {found.credit_account}"
    what = f"{found.code}, {amount(found.amount_minor, found.currency)}: {moved}"
    return Entry(found.at, "ledger", found.cause_id, what, id=found.id)


def of_event(found: Event) -> Entry:
    try:
        told = msgspec.json.decode(found.payload, type=_AnyEvent)
    except msgspec.MsgspecError:
        told = _AnyEvent()
    became = found.outcome or "not applied yet"
    what = f"{found.provider} {told.type or told.event} {found.event_id}: {became}"
    ms = _ms(found.received_at, found.handled_at)
    return Entry(found.received_at, "webhook", found.subject_id or "", what, id=found.event_id, outcome=became, ms=ms)


def of_task(found: Task, subject: str) -> Entry:
    attempts = f"{found.attempts} {'attempt' if found.attempts == 1 else 'attempts'}"
    match found.status:
        case TaskStatus.PENDING:
            then = f"pending until {found.run_at:%Y-%m-%d %H:%M:%S} UTC, {attempts} so far"
        case TaskStatus.DEAD | TaskStatus.CANCELLED:
            then = f"{found.status} after {attempts}: {(found.error or '')[:REASON]}"
        case _:
            then = f"{found.status}, {attempts}"
    what = f"{found.task} queued as {found.id}: {then}"
    return Entry(found.created_at, "task", subject, what, found.correlation_id, found.id, found.status)


def of_attempt(found: Attempt, subject: str, correlation_id: str) -> Iterator[Entry]:
    """Yield the attempt, and each request that it sent to a provider."""
    outcome = found.outcome or "not finished"
    ms = _ms(found.started_at, found.finished_at)
    took = f" in {ms:.0f} ms" if ms is not None else ""
    named = f", {found.provider_id}" if found.provider_id else ""
    why = f": {found.detail[:REASON]}" if found.detail else ""
    what = f"{found.task}, attempt {found.n}: {outcome}{took}{named}{why}"
    row_id, provider_id = found.outbox_id, found.provider_id or ""
    yield Entry(found.started_at, "attempt", subject, what, correlation_id, row_id, outcome, ms, provider_id)
    for call in found.calls or ():
        yield _of_call(call, subject, correlation_id, found.outbox_id)


def _of_call(call: ProviderCall, subject: str, correlation_id: str, task_id: str) -> Entry:
    outcome = str(call.status) if call.status is not None else call.error or "no answer"
    named = f", {call.id}" if call.id else ""
    what = f"{call.method} {call.host}{call.path}: {outcome} in {call.ms:.0f} ms{named}"
    return Entry(call.at, "call", subject, what, correlation_id, task_id, outcome, call.ms, call.id or "")


def of_notice(found: Notice) -> Entry:
    read = ", read" if found.read_at else ""
    what = f"{found.kind} to {found.account_id}: {found.title}{read}"
    return Entry(found.created_at, "notification", found.subject_id, what, found.correlation_id, found.id)


def of_delivery(found: Delivery) -> Entry:
    named = f", {found.provider_id}" if found.provider_id else ""
    what = f"{found.kind} to {found.account_id} by {found.channel} as {found.id}: {found.status}{named}"
    cause, provider_id = found.correlation_id, found.provider_id or ""
    return Entry(found.created_at, "delivery", found.subject_id, what, cause, found.id, found.status, None, provider_id)


def _ms(began: datetime, ended: datetime | None) -> float | None:
    return None if ended is None else round((ended - began).total_seconds() * 1000, 1)
