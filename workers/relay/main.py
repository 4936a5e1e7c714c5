"""Run the relay: wait for a change or for the next due row, do a round, and recover lost messages and leases."""

from __future__ import annotations

import signal
import time
from contextlib import closing
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

from domain.platform.outbox.bring_back import SLACK
from runtime import logging
from runtime.clock import Clock, open_clock
from runtime.database import (
    UNAVAILABLE,
    Database,
    SingleLock,
    Watch,
    WriteLocked,
    is_storage_full,
    open_database,
    open_lock,
    open_watch,
)
from runtime.heartbeat import Heartbeat
from runtime.settings import Settings, load
from tasks.app import app
from tasks.declare import REGISTRY
from workers.relay.broker import Broker, BrokerDown, RedisBroker
from workers.relay.checkpoints import checkpoints
from workers.relay.rounds import Relay

log = logging.get("handwork.relay")
POLL_S = 0.001
SAFETY_POLL_S = 0.25
PAUSE_S = 0.002  # between rounds: a busy database changes a thousand times a second
GUARD_S = 0.5
LOOK_EVERY_S = 10.0  # this check reads every row that is due
PAUSE_WHEN_DOWN_S = 0.2
PAUSE_WHEN_FULL_S = 1.0


class Loop:
    """The relay's loop; ``step`` is one turn.  The loop survives a broker that is down, a full disk, and a write lock
    that another process holds."""

    def __init__(self, relay: Relay, watch: Watch, clock: Clock, lock: SingleLock) -> None:
        self._relay = relay
        self._lock = lock
        self._watch = watch
        self._clock = clock
        self._next_guard = 0.0
        self._next_look = 0.0
        self._next_safety = 0.0
        self._next_round = 0.0
        self._next_due: float | None = None
        self._has_room = True
        self._clock_began: datetime | None = None
        self._has_old_times = True  # the relay before this one may have seen the clock go back
        self.broker_ok: bool | None = None

    def step(self) -> None:
        """Do the due work, or wait a millisecond; wait longer while the broker is down or no write is possible."""
        try:
            self._step()
        except WriteLocked:  # the writer has logged it, with the holder's name
            time.sleep(PAUSE_WHEN_FULL_S)
        except UNAVAILABLE as error:
            if not is_storage_full(error):
                raise
            self._say_room(has=False)
            time.sleep(PAUSE_WHEN_FULL_S)

    def _step(self) -> None:
        now = time.monotonic()
        self._has_old_times |= self._has_gone_back(now)
        if self._has_old_times:
            self._relay.bring_back()
            self._has_old_times = False  # last, so that a correction that raised runs again
        if now >= self._next_guard:
            if not self._lock.is_held():
                raise LockLost
            self._relay.take_back()
        if now >= self._next_look:
            self._next_look = now + LOOK_EVERY_S
            self._relay.look_for_unknown_tasks()
        try:
            if now >= self._next_guard:
                self._next_guard = now + GUARD_S
                self._relay.guard()
            if self._is_time(now):
                self._round(now)
            else:
                time.sleep(POLL_S)
        except BrokerDown as down:
            self._say(ok=False, reason=str(down))
            self._next_safety = 0.0  # look at everything as soon as it is back
            time.sleep(PAUSE_WHEN_DOWN_S)
        else:
            self._say(ok=True)

    def _has_gone_back(self, now: float) -> bool:
        """Return whether the clock lost time against the monotonic clock since the last call."""
        began = self._clock() - timedelta(seconds=now)
        before, self._clock_began = self._clock_began, began
        return before is not None and before - began > SLACK

    def _is_time(self, now: float) -> bool:
        """Return whether a round is due; call ``changed`` every time, because it remembers what it saw."""
        if now < self._next_round:
            return False
        changed = self._watch.changed()
        due = self._next_due is not None and now >= self._next_due
        return changed or due or now >= self._next_safety

    def _round(self, now: float) -> None:
        self._next_safety = now + SAFETY_POLL_S
        self._next_round = now + PAUSE_S
        if self._relay.round():
            self._say_room(has=True)
            self._next_due = now  # there may be more than one round's worth
            return
        at = self._relay.next_run_at()
        self._next_due = None if at is None else now + max(0.0, (at - self._clock()).total_seconds())

    def _say(self, *, ok: bool, reason: str = "") -> None:
        if self.broker_ok is not ok:
            if ok:
                log.info("broker reachable again")
            else:
                log.warning("broker down; due tasks wait", reason=reason)
        self.broker_ok = ok

    def _say_room(self, *, has: bool) -> None:
        if self._has_room is not has:
            if has:
                log.info("disk has room again")
            else:
                log.error("disk full; due tasks wait")
        self._has_room = has


class LockLost(Exception):
    """Another relay may be at work, so this relay ends; its process manager starts a new one."""


class Stop(Exception):
    """A signal asked this process to end."""


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def run() -> None:
    """Run the relay until SIGTERM or SIGINT.  A second relay waits for the first one's lock."""
    settings = load()
    logging.configure("relay", level=settings.log_level, style=settings.log_format)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _on_signal)
    lock = open_lock(settings.database, "relay")
    try:
        lock.acquire()
        with (
            closing(open_database(settings.database)) as database,
            closing(RedisBroker(app, settings.broker_url)) as broker,
            checkpoints(settings.database),
        ):
            _work(settings, database, broker, lock)
    except Stop:
        log.info("relay stopped")
    finally:
        lock.release()


def _work(settings: Settings, database: Database, broker: Broker, lock: SingleLock) -> None:
    batch_of = {name: task.batch for name, task in REGISTRY.items()}
    clock = open_clock(database)
    relay = Relay(database, broker, settings, clock, batch_of)
    loop = Loop(relay, open_watch(settings.database), clock, lock)

    def health() -> tuple[bool | None, dict[str, Any]]:
        return loop.broker_ok, {"published": relay.published.total(), "resent": relay.resent.total()}

    heartbeat = Heartbeat(
        database, clock, "relay", every_ms=settings.heartbeat_ms, health=health, file=settings.heartbeat
    )
    loop.step()  # so that the first heartbeat can say how the broker is
    heartbeat.start()
    log.info("relay started", known_tasks=len(batch_of))
    try:
        while True:
            loop.step()
    finally:
        heartbeat.stop()
