"""What goes out: rows gathered into messages, queue by queue, as far as the window allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from domain.outbox.due import Due
from workers.relay.broker import Hint


def gather(queue: str, rows: Sequence[Due], batch_of: Mapping[str, int]) -> list[Hint]:
    """Messages of at most the task's batch size, in the order of the rows.

    A task that this release does not know stays where it is: pending, and in the metrics, until a
    release that knows it runs.
    """
    by_task: dict[str, list[str]] = {}
    for row in rows:
        if row.task in batch_of:
            by_task.setdefault(row.task, []).append(row.id)
    return [Hint(task, queue, ids) for task, all_ids in by_task.items() for ids in _slices(all_ids, batch_of[task])]


def _slices(ids: Sequence[str], size: int) -> list[tuple[str, ...]]:
    walk = iter(ids)
    found: list[tuple[str, ...]] = []
    while part := tuple(islice(walk, size)):
        found.append(part)
    return found
