"""How many children a prefork pool has: one that waits for tasks, and a second while a task waits."""

from __future__ import annotations

from typing import Any

from celery.worker.autoscale import Autoscaler

LOOK_S = 1.0
"""Between two looks.  A child is ended at least so long after the last message and after the last new child."""


class PatientAutoscaler(Autoscaler):  # type: ignore[misc]  # Celery has no types
    """Starts a child when a task has waited from one look to the next, and ends it when no task is left.

    Celery's own starts a child as soon as two tasks meet, and keeps it as long as a message comes every 30 seconds:
    both happen every minute here, by schedules whose tasks take milliseconds.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, keepalive=LOOK_S, **options)
        self._waits = False

    def maybe_scale(self, req: Any = None) -> None:
        """The worker's event loop calls this for each message, which is ``req``, and every ``LOOK_S`` seconds."""
        if req is not None:
            self.on_task_received(req)
            return
        waited, self._waits = self._waits, self.qty > self.processes
        if waited or not self._waits:
            super().maybe_scale()

    def scale_down(self, n: int) -> None:
        """Ends no child while the worker has a task: the pool does not yet count one that was just sent to a child."""
        if self.qty == 0:
            super().scale_down(n)
