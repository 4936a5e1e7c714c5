"""Start, watch and stop a stack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from cli.stack import gates
from cli.stack.choices import Choices
from cli.stack.configuration import render
from cli.stack.connections import check_connections
from cli.stack.errors import PortTaken, StackError
from cli.stack.folders import make_folders
from cli.stack.given import Given
from cli.stack.plan import Plan, make_plan
from cli.stack.programs import Build, programs
from cli.stack.readiness import Readiness
from cli.stack.rolling import Rolling
from cli.stack.started import Started
from cli.stack.starting import start
from cli.stack.supervised import ProcessInfo, Supervised
from cli.stack.supervisord import Supervisord
from cli.stack.waiting import Say
from runtime.files import is_locked
from runtime.migrate import Standing, standing, upgrade
from runtime.setting_sources import stack_source
from runtime.settings import Settings

STOP_WITHIN_S = 150.0
READY_AGAIN_WITHIN_S = 60.0
TRIES = 3


class Stack:
    """The stack whose data is in ``home``.

    ``environment``: more variables for its processes.  ``build`` returns its table of programs.  ``apart``: ignore the
    caller's settings, ``.env`` and the usual ports; for tests and drills.  ``detach``: the stack outlives this process;
    otherwise it drains and ends with the thread that called ``start``, so call that on the main thread.
    """

    def __init__(
        self,
        home: Path,
        *,
        environment: Mapping[str, str] | None = None,
        build: Build = programs,
        apart: bool = False,
        detach: bool = True,
    ) -> None:
        self.home = home.resolve()
        self.supervisord = Supervisord(self.home)
        self.supervised = Supervised(self.supervisord)
        self.started = Started(self.supervisord)
        self._given = Given(self.home, dict(environment or {}), apart)
        self._build = build
        self._detach = detach

    @property
    def values(self) -> dict[str, str]:
        """Return the choices, with the addresses of the last start; empty when the stack never ran."""
        return self.started.values

    def settings(self) -> Settings:
        """Return the settings that its processes read; ``SettingsError`` names the source of a wrong value."""
        return self._given.settle(stack_source(self.home))

    def changed_settings(self) -> list[str]:
        """Return the names of settings that differ between the processes and ``.env`` or the environment now."""
        return self.started.changed_settings(self._given)

    def plan(self) -> Plan:
        """Return what a start would do, or a restart with the present choices; this changes nothing.

        ``StackError`` or ``SettingsError`` names the setting that makes a start impossible.
        """
        return make_plan(self._given, self._build, Choices(self.values, []) if self.is_running() else None)

    def preflight(self) -> None:
        """Check what ``start`` or a restart would refuse, without a change; it does not check the host's clock.

        The errors of ``plan``, or the error of the database's driver."""
        plan = self.plan()
        if standing(plan.settings.database) is Standing.TOO_NEW:
            raise StackError("DATABASE_URL: a later release was here, and this one does not work on its schema")
        if not self.is_running():
            check_connections(plan.settings.database, plan.programs)

    def start(self, say: Say = lambda _: None, patience: Callable[[], None] = lambda: None) -> Choices:
        """Migrate, start every process, wait until all are ready, and return the choices.

        ``say`` gets the name of each ready process; ``patience`` is called during the wait, and may raise to end it.
        ``StackError`` when a process does not become ready, and then all are ended, or when a stack runs in this home.
        When another process takes a port before ours listens there, the start is retried, ``TRIES`` times in all.
        """
        make_folders(self.home)
        make = partial(make_plan, self._given, self._build)
        for _ in range(TRIES - 1):
            with suppress(PortTaken):
                return start(self.supervisord, make, say, patience, detach=self._detach)
        return start(self.supervisord, make, say, patience, detach=self._detach)

    def roll(
        self,
        say: Say = lambda _: None,
        patience: Callable[[], None] = lambda: None,
        within_s: float = READY_AGAIN_WITHIN_S,
    ) -> None:
        """Migrate, and restart the processes one after another; ``say`` gets the name of each ready one.

        Broker and sandbox are not restarted, and the others keep the settings of the stack's start.  ``StackError``
        when no stack runs, when this release has other processes, or when a process does not become ready.
        """
        if not self.status():
            raise StackError(f"nothing runs in {self.home}, or it starts or drains")
        table = self._build(self.home, Choices(self.values, []))
        if render(self.home, self.supervisord.socket, table) != self.started.configuration():
            raise StackError("this release's processes are other ones than those that run; use: handwork restart")
        settings = self.started.settings()
        upgrade(settings.database, create=False)
        say("schema")
        Rolling(self.supervised, self.home, table, settings).run(say, patience, within_s)

    def stop(self, within_s: float = STOP_WITHIN_S) -> bool:
        """Drain and end every process, the web first and the broker last; False when none ran.

        ``StackError`` when that takes longer than ``within_s``, after all processes were killed.
        """
        return self.supervisord.stop(within_s)

    def kill(self) -> None:
        """Kill all processes at once."""
        self.supervisord.kill()

    def is_running(self) -> bool:
        """Return whether the stack runs, starts or drains."""
        return self.supervisord.is_running()

    def is_starting(self) -> bool:
        """Return whether an ``up`` or a ``restart`` waits until every process is ready."""
        return is_locked(gates.starting(self.home))

    def status(self) -> list[ProcessInfo]:
        """Return the processes; empty when the stack does not run, or drains."""
        return self.supervised.processes() if self.is_running() else []

    def observe(self) -> list[ProcessInfo]:
        """Return the processes as ``status`` does, with the states of ``Readiness``."""
        found = self.status()
        if not found:
            return []
        states = Readiness(self.started.programs(), self.started.settings()).states(found)
        return [replace(process, state=states[process.name]) for process in found]

    def pids(self) -> dict[str, int]:
        """Return the pids of the running processes by name (``web``, or ``web-0`` and ``web-1`` for two)."""
        return {p.name: p.pid for p in self.status() if p.pid}
