"""Find the due slots and fire them: each slot once, however many beats run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from beat.schedules import Schedule
from domain.cause import SYSTEM, Cause, NewId
from domain.database import Connection
from domain.platform.schedules.fire import fire, last_slot


class Slots:
    """The memory of one beat process: the slots that it has handled, and when it started."""

    def __init__(self, started: datetime, new_id: NewId) -> None:
        self.started = started
        self._new_id = new_id
        self._known: dict[str, datetime] = {}

    def due(self, schedules: Sequence[Schedule], now: datetime) -> dict[Schedule, datetime]:
        """Return the schedules whose latest slot this process has not handled, each with that slot."""
        slots = {s: s.slot_at(now) for s in schedules}
        return {s: slot for s, slot in slots.items() if self._known.get(s.name) != slot}

    def fire(self, connection: Connection, due: Mapping[Schedule, datetime], now: datetime) -> list[str]:
        """Queue the work of the due slots; return the names of the schedules whose slot this call queued."""
        return [s.name for s, slot in due.items() if self._fire_one(connection, s, slot, now)]

    def remember(self, due: Mapping[Schedule, datetime]) -> None:
        """Mark the slots as handled; call this after the commit."""
        self._known.update({s.name: slot for s, slot in due.items()})

    def _fire_one(self, connection: Connection, s: Schedule, slot: datetime, now: datetime) -> bool:
        if slot < self.started and not self._was_missed(connection, s):
            return False
        cause = Cause(now, SYSTEM, f"beat:{s.name}:{slot:%Y%m%dT%H%M%S}", self._new_id)
        return fire(connection, cause, s.name, slot, s.work)

    def _was_missed(self, connection: Connection, s: Schedule) -> bool:
        """Return whether a slot from before this process's start was missed: only if the schedule ever ran."""
        return s.catch_up and last_slot(connection, s.name) is not None
