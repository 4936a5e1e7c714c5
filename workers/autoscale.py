"""Set the number of children of a prefork pool: one that waits for tasks, and another while a task waits."""

from __future__ import annotations

from typing import Any

from celery.worker.autoscale import Autoscaler

LOOK_S = 1.0
"""Seconds between two checks.  The pool ends a child no sooner than this after the last message or new child."""


class PatientAutoscaler(Autoscaler):  # type: ignore[misc]  # Celery has no types
    """Starts a child when a task has waited from one check to the next, and ends one when no task is left.

    Celery's own starts a child as soon as two tasks meet, and keeps it as long as a message comes every 30 seconds:
    both happen every minute here, by schedules whose tasks take milliseconds.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, keepalive=LOOK_S, **options)
        self._waits = False

    def maybe_scale(self, req: Any = None) -> None:
        """Adjust the pool; the worker's event loop calls this for each message ``req`` and every ``LOOK_S`` seconds."""
        if req is not None:
            self.on_task_received(req)
            return
        waited, self._waits = self._waits, self.qty > self.processes
        if waited or not self._waits:
            super().maybe_scale()

    def scale_down(self, n: int) -> None:
        """End ``n`` children, but none while the worker has a task: the pool counts a task just sent only later."""
        if self.qty == 0:
            super().scale_down(n)
