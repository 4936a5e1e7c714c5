"""Read the tasks about an object or caused by a request, and every attempt at them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Boolean, ColumnElement, String, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from domain.database import Connection, Row
from domain.oversight.nouns import ID
from domain.platform.outbox.calls import ProviderCall
from domain.platform.outbox.read import Task
from domain.platform.outbox.tables import attempt, due_since, outbox
from domain.schema import Instant, Json, one_of

CLOCKS_APART_US = 60_000_000
"""Hosts make ids by their own clocks; a task is older than its subject by at most this difference."""
OF_MONEY = {
    "pay": ("payments.submit", "payments.ask", "payments.withdraw"),
    "rfd": ("refunds.submit", "refunds.ask"),
    "pyt": ("payouts.transfer", "payouts.pay", "payouts.ask"),
}
"""Tasks whose attempts outlive their rows; each attempt has the id of its subject in its request key."""


class Attempt(msgspec.Struct, frozen=True):
    outbox_id: str
    n: int
    task: str
    worker: str
    request_key: str | None
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    provider_id: str | None
    detail: str | None
    calls: list[ProviderCall] | None


class mentions(ColumnElement[bool]):  # noqa: N801 - reads as a clause, as one_of does
    """True when a text contains one of the values that are bound as ``ids``."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.values = bindparam(name, type_=Json())


@compiles(mentions, "sqlite")
def _on_sqlite(element: mentions, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(part, **kw) for part in (element.column, element.values))
    return f"EXISTS (SELECT 1 FROM json_each({values}) WHERE instr({column}, value) > 0)"  # noqa: S608 - compiled SQL


@compiles(mentions, "postgresql")
def _on_postgresql(element: mentions, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(part, **kw) for part in (element.column, element.values))
    some = f"jsonb_array_elements_text(({values})::jsonb) AS one(value)"
    return f"EXISTS (SELECT 1 FROM {some} WHERE strpos({column}, one.value) > 0)"  # noqa: S608 - compiled SQL


_TASK = [due_since if name == "run_at" else outbox.c[name] for name in Task.__struct_fields__]
_tasks = select(*_TASK).where(outbox.c.id >= bindparam("floor"))
_about = _tasks.where(mentions(outbox.c.args, "ids")).order_by(outbox.c.id)
_caused = _tasks.where(one_of(outbox.c.correlation_id, "causes")).order_by(outbox.c.id)
_ATTEMPT = [attempt.c[name] for name in Attempt.__struct_fields__]
_of_rows = select(*_ATTEMPT).where(one_of(attempt.c.outbox_id, "ids")).order_by(attempt.c.outbox_id, attempt.c.n)
_of_money = select(*_ATTEMPT).where(
    attempt.c.task == bindparam("of_task"),
    attempt.c.started_at.between(bindparam("since", type_=Instant()), bindparam("until", type_=Instant())),
    attempt.c.request_key.like(bindparam("key", type_=String())),
)


def about(connection: Connection, ids: Collection[str], *, since: Collection[str]) -> list[Task]:
    """Return the tasks that name one of the ids, oldest first.

    The query reads every task since the oldest id of ``since`` was made; tasks that were done more than a day ago are
    deleted.
    """
    if not ids:
        return []
    floor = min(map(_floor, since), default="")
    return [Task(*row) for row in connection.run(_about, ids=sorted(ids), floor=floor).all()]


def caused_by(connection: Connection, correlation_ids: Collection[str]) -> list[Task]:
    """Return the tasks that carry one of the correlation ids, oldest first, within the same limits as ``about``."""
    if not correlation_ids:
        return []
    floor = min(map(_floor, correlation_ids))
    return [Task(*row) for row in connection.run(_caused, causes=sorted(correlation_ids), floor=floor).all()]


def attempts_at(connection: Connection, task_ids: Collection[str]) -> list[Attempt]:
    return [_attempt(row) for row in connection.run(_of_rows, ids=sorted(task_ids)).all()]


def attempts_about(connection: Connection, subject_id: str, since: datetime, until: datetime) -> list[Attempt]:
    """Return the attempts at the tasks of one payment, refund or payout, even when the tasks' rows are deleted."""
    names = OF_MONEY.get(subject_id[:3], ())
    key = f"{subject_id}:%"
    return [
        _attempt(row)
        for name in names
        for row in connection.run(_of_money, of_task=name, since=since, until=until, key=key).all()
    ]


def subject_of(task: Task) -> str:
    """Return the id that the task is about, by the rule of ``Work.subject``; empty without one."""
    arguments: dict[str, str] = msgspec.json.decode(task.args)
    names = [name for name in arguments if name.endswith("_id")]
    return str(arguments["subject_id" if "subject_id" in names else names[0]]) if names else ""


def _attempt(row: Row) -> Attempt:
    fields = dict(zip(Attempt.__struct_fields__, row, strict=True))
    return msgspec.convert(fields, Attempt)


def _floor(any_id: str) -> str:
    """Return the least id of a task that this id may have caused; of all tasks when the id contains no time."""
    if not ID.fullmatch(any_id):
        return ""
    return f"tsk_{max(0, int(any_id[4:17], 16) - CLOCKS_APART_US):013x}"
