"""Gather the rows of a queue into messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from domain.platform.outbox.due import Due
from domain.platform.outbox.work import subjects
from workers.relay.broker import Hint

SHOWN = 3


def gather(queue: str, rows: Sequence[Due], batch_of: Mapping[str, int]) -> list[Hint]:
    """Return messages of at most the task's batch size, in the order of the rows.

    A row whose task this release does not know stays pending, and in the metrics, until a release runs that knows the
    task.
    """
    by_task: dict[str, list[Due]] = {}
    for row in rows:
        if row.task in batch_of:
            by_task.setdefault(row.task, []).append(row)
    return [
        Hint(task, queue, tuple(row.id for row in part), _about(part))
        for task, of_task in by_task.items()
        for part in _slices(of_task, batch_of[task])
    ]


def _about(rows: Sequence[Due]) -> str:
    """Return the rows' subjects: ``pay_1``, or for a batch ``pay_1, pay_2, pay_3 and 9 more``."""
    named = [" ".join(subjects(row.args)) for row in rows]
    shown = ", ".join(filter(None, named[:SHOWN]))
    return f"{shown} and {len(named) - SHOWN} more" if len(named) > SHOWN else shown


def _slices(rows: Sequence[Due], size: int) -> list[tuple[Due, ...]]:
    walk = iter(rows)
    found: list[tuple[Due, ...]] = []
    while part := tuple(islice(walk, size)):
        found.append(part)
    return found
