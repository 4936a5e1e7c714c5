"""A Celery beat scheduler that writes outbox rows.

The scheduler needs no broker.  Two schedulers at once are harmless, because a slot is a unique key, and a restarted
scheduler finds the missed slots in the database.  Celery's own ``tick`` connects to the broker before it looks at an
entry, so ours replaces it.
"""

from __future__ import annotations

from typing import Any

from celery.beat import ScheduleEntry, Scheduler

from beat.schedules import SCHEDULES
from beat.slots import Slots
from runtime import logging
from runtime.clock import open_clock
from runtime.database import UNAVAILABLE, Closed, is_storage_full, open_database
from runtime.heartbeat import Heartbeat
from runtime.ids import new_id
from runtime.settings import load

log = logging.get("handwork.beat")
POLL_S = 0.5
PAUSE_S = 5.0


class OutboxScheduler(Scheduler):  # type: ignore[misc]  # celery ships no types
    """The class for ``celery beat --scheduler beat.scheduler:OutboxScheduler``."""

    def setup_schedule(self) -> None:
        settings = load()
        self._database = open_database(settings.database)
        self._clock = open_clock(self._database)
        self._slots = Slots(self._clock(), new_id)
        self._heartbeat = Heartbeat(
            self._database, self._clock, "beat", every_ms=settings.heartbeat_ms, file=settings.heartbeat
        )
        self._heartbeat.start()
        self.data: dict[str, ScheduleEntry] = {}

    def tick(self, *_args: Any, **_kwargs: Any) -> float:
        """Fire the due slots and return the seconds until the next call.

        While the database does not answer or its disk is full, due slots wait: the next call tries again, and each
        slot is fired once.
        """
        now = self._clock()
        due = self._slots.due(SCHEDULES, now)
        if due:
            try:
                fired = self._database.write(lambda connection: self._slots.fire(connection, due, now))
            except UNAVAILABLE as error:
                if isinstance(error, Closed):
                    raise
                reason = "the disk is full" if is_storage_full(error) else f"the database does not answer: {error}"
                log.error("schedules wait", reason=reason, schedules=[s.name for s in due])  # noqa: TRY400 - no trace
                return PAUSE_S
            self._slots.remember(due)
            if fired:
                log.info("scheduled tasks queued", schedules=fired)
        return POLL_S

    def close(self) -> None:
        super().close()
        self._heartbeat.stop()
        self._database.close()
