"""Assemble the story of a request or of one object, from rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from domain.database import Connection
from domain.oversight import tasks
from domain.oversight.nouns import ID
from domain.oversight.story import entries, gather
from domain.oversight.story.entries import Entry
from domain.oversight.story.gather import Change, Delivery, Event, Notice, Posting
from domain.oversight.story.scope import Scope, scope_of
from domain.oversight.tasks import Attempt
from domain.platform.outbox.read import Task
from domain.platform.outbox.work import subjects

AFTER_THE_LAST_CHANGE = timedelta(hours=1)
"""An attempt that started later than this is unrelated to the change."""
ACTORS = ("acc_", "operator:", "anonymous")
"""Actors that send requests; the others are the system and the providers."""


class Story(msgspec.Struct, frozen=True):
    """A story.  ``causes``: the correlation ids in it; a request log may have a line for each."""

    entries: list[Entry]
    causes: set[str]


@dataclass(slots=True)
class _Found:
    changes: list[Change]
    tasks: dict[str, Task] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)

    def add_tasks(self, found: Iterable[Task]) -> None:
        self.tasks |= {task.id: task for task in found}

    def add_events(self, found: Iterable[Event]) -> None:
        self.events |= {event.event_id: event for event in found}


def assemble(connection: Connection, given: str) -> Story:
    """Return the story, oldest first; it has no entries when no row matches ``given``.

    A webhook belongs to the story of its subject, although it is a request of its own.
    """
    scope = scope_of(connection, given)
    is_request = bool(scope.causes)
    found = _begin_of_request(connection, scope) if is_request else _begin_of_thing(connection, scope)
    if not ID.fullmatch(given):
        found.add_events(gather.events_named(connection, [given]))
    scope.causes |= {found.tasks[task_id].correlation_id for task_id in _webhook_tasks(found)}
    known = {change.id for change in found.changes}
    moved = gather.changes_of(connection, scope.subjects | scope.near)
    found.changes += [c for c in moved if c.id not in known and c.correlation_id in scope.causes]
    whole = set() if is_request else scope.subjects
    found.notices, found.deliveries = gather.notices(connection, scope.accounts, whole, scope.causes)
    delivery_ids = {one.id for one in found.deliveries}
    found.add_events(gather.events_about(connection, delivery_ids))
    named = scope.subjects | scope.near | delivery_ids
    found.add_tasks(t for t in tasks.caused_by(connection, scope.causes) if any(one in t.args for one in named))
    found.attempts = _attempts(connection, scope, found)
    found.postings = _postings(connection, scope, found, every=not is_request)
    return Story(sorted(_lines(connection, found), key=lambda entry: entry.place), scope.causes)


def _begin_of_request(connection: Connection, scope: Scope) -> _Found:
    """Return the rows that the request itself wrote, and later events about the objects that it touched."""
    found = _Found([change for cause in scope.causes for change in gather.changes_by(connection, cause)])
    found.add_tasks(tasks.caused_by(connection, scope.causes))
    touched = [change.subject_id for change in found.changes]
    for subject in {*touched, *(one for task in found.tasks.values() for one in subjects(task.args))}:
        scope.add(connection, subject, whole=False)
    began = min([c.at for c in found.changes] + [t.created_at for t in found.tasks.values()], default=None)
    if began is not None:
        about = gather.events_about(connection, scope.subjects)
        found.add_events(event for event in about if event.received_at >= began)
        found.add_tasks(tasks.about(connection, found.events, since=scope.causes))
    return found


def _begin_of_thing(connection: Connection, scope: Scope) -> _Found:
    """Return the object's whole history, with every event and every task about it."""
    found = _Found(gather.changes_of(connection, scope.subjects))
    found.add_events(gather.events_about(connection, scope.subjects))
    found.add_tasks(tasks.about(connection, scope.subjects | found.events.keys(), since=scope.subjects))
    scope.causes |= {change.correlation_id for change in found.changes}
    return found


def _webhook_tasks(found: _Found) -> Iterator[str]:
    return (t.id for t in found.tasks.values() if any(event_id in t.args for event_id in found.events))


def _attempts(connection: Connection, scope: Scope, found: _Found) -> list[Attempt]:
    at_rows = {(a.outbox_id, a.n): a for a in tasks.attempts_at(connection, found.tasks)}
    moments = [change.at for change in found.changes]
    if moments:
        since, until = min(moments), max(moments) + AFTER_THE_LAST_CHANGE
        for subject in scope.subjects:
            rest = tasks.attempts_about(connection, subject, since, until)
            at_rows |= {(a.outbox_id, a.n): a for a in rest}
    return list(at_rows.values())


def _postings(connection: Connection, scope: Scope, found: _Found, *, every: bool) -> list[Posting]:
    """Return the transfers; of a request's story, only those that one of its own transactions posted."""
    moments = {change.at for change in found.changes} | {a.finished_at for a in found.attempts}
    posted = gather.postings(connection, scope.subjects)
    return [posting for posting in posted if every or posting.at in moments]


def _lines(connection: Connection, found: _Found) -> Iterator[Entry]:
    yield from _requests(connection, found.changes)
    yield from map(entries.of_change, found.changes)
    yield from map(entries.of_posting, found.postings)
    yield from map(entries.of_event, found.events.values())
    yield from map(entries.of_notice, found.notices)
    yield from map(entries.of_delivery, found.deliveries)
    for task in found.tasks.values():
        yield entries.of_task(task, _subject(task, found))
    for attempt in found.attempts:
        row = found.tasks.get(attempt.outbox_id)
        subject = _subject(row, found) if row else (attempt.request_key or "").partition(":")[0]
        yield from entries.of_attempt(attempt, subject, row.correlation_id if row else "")


def _subject(task: Task, found: _Found) -> str:
    """Return the id that the task is about; for an event's task, the id that the event is about."""
    named = tasks.subject_of(task)
    event = found.events.get(named)
    return (event.subject_id or named) if event else named


def _requests(connection: Connection, changes: Iterable[Change]) -> Iterator[Entry]:
    """Yield an entry for each request of a person that changed something; a request log has more, where available."""
    first: dict[str, Change] = {}
    for change in sorted(changes, key=lambda c: (c.at, c.id)):
        if change.actor.startswith(ACTORS):
            first.setdefault(change.correlation_id, change)
    for cause, change in first.items():
        route = next((r for c in changes if c.correlation_id == cause and (r := gather.route_of(connection, c))), None)
        what = f"{route or 'a request'}, by {change.actor}"
        yield Entry(change.at, "request", change.subject_id, what, cause)
