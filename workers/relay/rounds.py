"""One pass of the relay over all queues, and the state that the relay holds between passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from domain.database import Connection
from domain.platform.outbox import control, due, lease
from domain.platform.outbox.bring_back import bring_back, find_late, is_held_too_long, release
from domain.platform.outbox.due import Due
from domain.platform.queues import AT_ONCE, QUEUES
from runtime import logging
from runtime.clock import Clock
from runtime.database import Database
from runtime.settings import Settings
from workers.relay.broker import Broker
from workers.relay.pace import Pace
from workers.relay.window import gather

log = logging.get("handwork.relay")
AT_A_TIME = 500  # rows: other processes write between two transactions


class Relay:
    """``batch_of`` maps each known task to its batch size.  ``round`` and ``guard`` raise ``BrokerDown``."""

    def __init__(
        self,
        database: Database,
        broker: Broker,
        settings: Settings,
        clock: Clock,
        batch_of: Mapping[str, int],
        queues: Sequence[str] = QUEUES,
    ) -> None:
        self._database = database
        self._broker = broker
        self._settings = settings
        self._clock = clock
        self._batch_of = batch_of
        self._known = sorted(batch_of)
        self._queues = list(queues)
        self._pace = Pace()
        self._can_mark = True
        self._outlook: Mapping[str, due.Outlook] = {}
        self.published: Counter[str] = Counter()
        self.resent: Counter[str] = Counter()
        self.taken_back = 0
        self._unknown: set[str] = set()

    def round(self) -> int:
        """Publish the due rows and return their number, with one read, one pipeline and one write for all queues.

        Queues take turns at going first.
        """
        now = self._clock()
        rows = self._database.read(lambda connection: self._look(connection, now))
        self._queues.append(self._queues.pop(0))
        return self._send(rows, now, again=False) if rows else 0

    def _look(self, connection: Connection, now: datetime) -> dict[str, list[Due]]:
        """Return the due rows of each queue, as far as its rules and its window allow."""
        controls = control.controls(connection)
        self._outlook = due.outlook(connection, self._queues, limited=[q for q in self._queues if q in AT_ONCE])
        room = {queue: self._room(queue, controls.get(queue), now) for queue in self._queues}
        found = due.due(connection, {q: n for q, n in room.items() if n > 0}, now=now, known=self._known)
        return {queue: rows for queue, rows in found.items() if rows}

    def _room(self, queue: str, rule: control.QueueControl | None, now: datetime) -> int:
        """Return how many rows of the queue may go out; zero or less for none."""
        seen = self._outlook[queue]
        if seen.first_run_at is None or seen.first_run_at > now or (rule is not None and rule.paused):
            return 0
        room = self._settings.relay_window - seen.sent
        if queue in AT_ONCE:
            room = min(room, AT_ONCE[queue] - seen.sent - seen.running)
        return self._pace.allowed(queue, rule.rate_per_s if rule else None, room, now.timestamp())

    def _send(self, rows: Mapping[str, Sequence[Due]], now: datetime, *, again: bool) -> int:
        """Publish rows, mark them as sent, and return their number.

        A crash in between sends the rows twice, and the second claim finds nothing.

        After a failed mark, as on a full disk, this method marks first, else the same rows would go out each time.
        """
        hints = [hint for queue, due_rows in rows.items() for hint in gather(queue, due_rows, self._batch_of)]
        if not hints:
            return 0
        ids = [row_id for hint in hints for row_id in hint.ids]
        mark = due.mark_resent if again else due.mark_sent
        if self._can_mark:
            self._broker.publish(hints)
        marks_first, self._can_mark = not self._can_mark, False
        self._database.write(lambda connection: mark(connection, ids, now=now))
        self._can_mark = True
        if marks_first:
            self._broker.publish(hints)
        count = self.resent if again else self.published
        for hint in hints:
            self._pace.spend(hint.queue, len(hint.ids))
            count[hint.queue] += len(hint.ids)
        return len(ids)

    def next_run_at(self) -> datetime | None:
        """Return the earliest time at which a waiting row falls due; for most queues the last round has read it."""
        now = self._clock()
        first = {queue: seen.first_run_at for queue, seen in self._outlook.items()}
        known = [at for at in first.values() if at is not None and at > now]
        others = [queue for queue in self._queues if (at := first.get(queue, now)) is not None and at <= now]
        if others and (at := self._database.read(lambda c: due.next_run_at(c, others, now=now))) is not None:
            known.append(at)
        return min(known, default=None)

    def take_back(self) -> int:
        """Make rows with an expired lease pending again, and return their number."""
        now = self._clock()
        ids = self._database.read(lambda connection: lease.expired(connection, now=now))
        if not ids:
            return 0
        count = self._database.write(lambda connection: lease.take_back(connection, ids, now=now))
        self.taken_back += count
        log.warning("leases expired; their tasks are retried", tasks=count)
        return count

    def bring_back(self) -> int:
        """Correct the times that a process with a fast clock wrote, and return how many rows changed.  Rows that are
        due too late are corrected ``AT_A_TIME`` in a transaction, leases and sent messages in one."""
        now, lease = self._clock(), self._settings.lease
        late = self._database.read(lambda c: find_late(c, now=now))
        count = 0
        for start in range(0, len(late), AT_A_TIME):
            part = late[start : start + AT_A_TIME]
            count += self._database.write(partial(bring_back, late=part, now=now))
        if self._database.read(lambda c: is_held_too_long(c, now=now, lease=lease)):
            count += self._database.write(lambda c: release(c, now=now, lease=lease))
        if count:
            log.warning(
                "times in the future corrected; check the time service of every host",
                rows=count,
            )
        return count

    def look_for_unknown_tasks(self) -> None:
        """Log once which tasks, the oldest of each queue, this release does not know and leaves to another release."""
        now = self._clock()

        def look(connection: Connection) -> set[str]:
            tasks = (due.unknown_task(connection, queue, now=now, known=self._known) for queue in self._queues)
            return {task for task in tasks if task is not None}

        found = self._database.read(look)
        if found and found != self._unknown:
            log.warning("unknown tasks left to another release", tasks=sorted(found))
        self._unknown = found

    def guard(self) -> int:
        """Publish again the rows whose messages the broker must have lost, at most a window for each queue."""
        forgot = self._broker.has_forgotten()
        if forgot:
            log.info("broker is empty; its messages are published again")
        count = sum(self._guard_queue(queue, forgot=forgot) for queue in self._queues)
        if forgot:
            self._broker.remember()
        return count

    def _guard_queue(self, queue: str, *, forgot: bool) -> int:
        now = self._clock()
        patience = timedelta(milliseconds=self._settings.relay_guard_ms)
        long_patience = timedelta(milliseconds=self._settings.relay_guard_regardless_ms)
        most = self._settings.relay_window

        def unclaimed(sent_before: datetime) -> list[Due]:
            return self._database.read(
                lambda connection: due.unclaimed(connection, queue, sent_before=sent_before, most=most)
            )

        if forgot:
            rows = unclaimed(now)
        else:
            rows = unclaimed(now - patience)
            if rows and self._broker.length(queue) > 0:
                rows = unclaimed(now - long_patience)
        return self._send({queue: rows}, now, again=True) if rows else 0
