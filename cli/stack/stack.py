"""Start, watch and stop a stack."""

from __future__ import annotations

import compileall
import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from errno import ENOSPC
from functools import partial
from pathlib import Path

import msgspec

from cli.stack import configuration, gates
from cli.stack.choices import ADDRESSES, PREFERRED, Choices, choose, write
from cli.stack.connections import check_connections
from cli.stack.errors import PortTaken, StackError
from cli.stack.preflight import inspect
from cli.stack.processes import MARK, children_of, environment_of, processes_of, sweep, wait_until_gone
from cli.stack.programs import Build, Program, broker_configuration, broker_file, programs
from cli.stack.readiness import Readiness, foreign_process
from cli.stack.rolling import Rolling
from cli.stack.sandbox_arguments import sandbox_arguments, sandbox_file
from cli.stack.starting import wait_until_ready
from cli.stack.supervisord import ProcessInfo, Supervisord
from runtime.clock import check_clock
from runtime.migrate import Standing, standing, upgrade
from runtime.setting_sources import PROJECT, Source, dotenv_source, origin, read_file, stack_source
from runtime.settings import Settings, settle
from runtime.storage import room_for

READY_WITHIN_S = 120.0
STOP_WITHIN_S = 150.0
READY_AGAIN_WITHIN_S = 60.0
POLL_S = 0.1
TRIES = 3
NO_FILE = "/dev/null"
Say = Callable[[str], None]


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
        self._extra = dict(environment or {})
        self._build = build
        self._apart = apart
        self._detach = detach
        self._manager = Supervisord(self.home)

    # --- what it is ---

    @property
    def values(self) -> dict[str, str]:
        """Return the choices, with the addresses of the last start; empty when the stack never ran.

        A later change of ``.env`` does not affect them, so that commands find and end a running stack.
        """
        return {**read_file(self.home / "stack.env"), **read_file(self._started_with)}

    def _environment(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of the stack's processes."""
        return {
            **_outside(apart=self._apart),
            **(values if self._apart else _of_dotenv()),
            "HANDWORK_DOTENV": NO_FILE,  # a restarted process keeps the settings of the others
            "PYTHONPATH": str(PROJECT),
            "PYTHONUNBUFFERED": "1",
            "FLOWER_BASIC_AUTH": values["FLOWER_BASIC_AUTH"],
            **self._extra,
            MARK: str(self.home),
            "HANDWORK_HOME": str(self.home),
            "PROMETHEUS_MULTIPROC_DIR": values["METRICS_DIR"],
        }

    def settings(self) -> Settings:
        """Return the settings that its processes read; ``SettingsError`` names the source of a wrong value."""
        return settle([stack_source(self.home), *self._given(), self._here()])

    def preflight(self) -> None:
        """Check what ``start`` or a restart would refuse, without a change; it does not check the host's clock.

        ``StackError``, ``SettingsError``, or the error of the database's driver."""
        runs = self.is_running()
        choices = Choices(self.values, []) if runs else self._choose(keep=False)
        settings = settle([Source("", choices.values), *self._given(), self._here()])
        inspect(settings, choices, only_look=True, runs=runs)
        if standing(settings.database) is Standing.TOO_NEW:
            raise StackError("DATABASE_URL: a later release was here, and this one does not work on its schema")
        if not runs:
            check_connections(settings.database, self._build(self.home, choices))

    def settings_of_start(self) -> Settings:
        """Return the settings of the running processes, whatever ``.env`` says now; ``StackError`` when none run."""
        return settle([stack_source(self.home), Source("the stack's start", self._pinned())])

    def changed_settings(self) -> list[str]:
        """Return the names of settings that differ between the processes and ``.env`` or the environment now."""
        pinned = self._pinned()
        now = {name: value for source in self._given() for name, value in source.values.items() if value}
        own = self.values if self._apart else {}
        kept = {*PREFERRED, "FLOWER_BASIC_AUTH"}
        ours = {name.upper() for name in Settings.__struct_fields__} - kept - {"HANDWORK_HOME"}
        changed = {name for name in ours if now.get(name, own.get(name, "")) != pinned.get(name, "")}
        moved = {name for name in kept if now.get(name) not in (None, self.values.get(name))}
        return sorted(changed | moved)

    # --- what it does ---

    def start(self, say: Say = lambda _: None, patience: Callable[[], None] = lambda: None) -> Choices:
        """Migrate, start every process, wait until all are ready, and return the choices.

        ``say`` gets the name of each ready process; ``patience`` is called during the wait, and may raise to end it.
        ``StackError`` when a process does not become ready, and then all are ended, or when a stack runs in this home.
        When another process takes a port before ours listens there, the start is retried, ``TRIES`` times in all.
        """
        self._make_folders()
        for _ in range(TRIES - 1):
            with suppress(PortTaken):
                return self._start(say, patience)
        return self._start(say, patience)

    def _start(self, say: Say, patience: Callable[[], None]) -> Choices:
        with ExitStack() as starting, ExitStack() as before_web:
            with self._manager.lock() as lock:
                sweep(self.home)
                starting.enter_context(gates.held(gates.starting(self.home)))
                choices = self._choose()
                inspect(self.settings(), choices)
                _empty(Path(choices.values["METRICS_DIR"]))
                upgrade(self.settings().database)
                say("schema")
                table = self._build(self.home, choices)
                check_connections(self.settings().database, table)
                check_clock(self.settings().database)
                self._write_files(choices, table)
                _compile_sources()
                before_web.enter_context(gates.held(gates.web_first(self.home)))
                file = self.home / "run" / "supervisord.conf"
                self._manager.start(file, self._environment(choices.values), lock, detach=self._detach)
            waited_for = {name for p in table if p.listen is not None for name in p.process_names}

            def is_ready(name: str) -> None:
                waited_for.discard(name)
                if not waited_for:
                    before_web.close()
                say(name)

            try:
                self._wait(table, is_ready, patience)
            except BaseException:
                self.kill()
                raise
        return choices

    def _make_folders(self) -> None:
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            if error.errno != ENOSPC:
                raise StackError(f"HANDWORK_HOME: {self.home} cannot be made: {error.strerror}") from error
        if (room := room_for(self.home)).state == "full":
            raise StackError(f"the disk is full: {room}; make room and try again")
        for name in ("run", "logs", "broker", "sandbox", "backups"):
            (self.home / name).mkdir(mode=0o700, exist_ok=True)

    def _write_files(self, choices: Choices, table: Sequence[Program]) -> None:
        if not choices.own_broker:
            _begin_anew(self.home / "broker")
            configuration.write(broker_file(self.home), broker_configuration(self.home, choices))
        if choices.uses_sandbox:
            configuration.write(sandbox_file(self.home), sandbox_arguments(self.home, choices))
        configuration.write(self._table_file, msgspec.json.encode(table).decode())
        text = configuration.render(self.home, self._manager.place_socket(), table)
        configuration.write(self.home / "run" / "supervisord.conf", text)

    def _wait(self, table: Sequence[Program], say: Say, patience: Callable[[], None]) -> None:
        taken = partial(foreign_process, table, self.home)
        first = sorted(table, key=lambda p: (p.after_web, p.rank))
        names = [name for program in first for name in program.process_names]
        readiness = Readiness(table, self.settings())
        wait_until_ready(self._manager, names, readiness, taken, self.home / "logs", READY_WITHIN_S, say, patience)

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
        choices = Choices(self.values, [])
        table = self._build(self.home, choices)
        as_started = (self.home / "run" / "supervisord.conf").read_text()
        if configuration.render(self.home, self.socket, table) != as_started:
            raise StackError("this release's processes are other ones than those that run; use: handwork restart")
        upgrade(self.settings_of_start().database, create=False)
        say("schema")
        Rolling(self._manager, self.home, table, self.settings_of_start()).run(say, patience, within_s)

    def stop(self, within_s: float = STOP_WITHIN_S) -> bool:
        """Drain and end every process, the web first and the broker last; False when none ran.

        ``StackError`` when that takes longer than ``within_s``, after all processes were killed.
        """
        if not self.is_running():
            self._sweep()
            return False
        deadline = time.monotonic() + within_s
        while not self.drain() and not self._manager.wait(POLL_S) and time.monotonic() < deadline:
            pass  # another command starts the stack, which accepts the signal once supervisord runs
        if not self._manager.wait(max(0.0, deadline - time.monotonic())):
            self.kill()
            raise StackError(f"the stack did not end within {within_s:.0f} s and was killed; see {self.home / 'logs'}")
        self._sweep()
        return True

    def drain(self) -> bool:
        """Start the drain, without a wait for its end; False when no supervisord runs yet."""
        return self._manager.signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill all processes at once."""
        self._manager.signal(signal.SIGKILL)
        self._manager.wait(5.0)
        # The kernel ends supervisord's children with it; their own children may need a moment, or a signal.
        wait_until_gone(processes_of(self.home), 2.0)
        self._sweep()

    def is_running(self) -> bool:
        """Return whether the stack runs, starts or drains."""
        return self._manager.is_running()

    @property
    def manager_pid(self) -> int | None:
        """Return the pid of supervisord."""
        return self._manager.pid

    @property
    def socket(self) -> Path:
        """Return supervisord's RPC socket."""
        return self._manager.socket

    def ended(self) -> int | None:
        """Return the exit code of the supervisord that this object started; None while it runs, or for another's."""
        return self._manager.ended()

    def status(self) -> list[ProcessInfo]:
        """Return the processes; empty when the stack does not run, or drains."""
        return self._manager.processes() if self.is_running() else []

    def observe(self) -> list[ProcessInfo]:
        """Return the processes as ``status`` does, with the states of ``Readiness``."""
        found = self.status()
        if not found:
            return []
        states = Readiness(self._table_of_start(), self.settings_of_start()).states(found)
        return [replace(process, state=states[process.name]) for process in found]

    def is_starting(self) -> bool:
        """Return whether an ``up`` or a ``restart`` waits until every process is ready."""
        return gates.is_held(gates.starting(self.home))

    def pids(self) -> dict[str, int]:
        """Return the pids of the running processes by name (``web``, or ``web-0`` and ``web-1`` for two)."""
        return {p.name: p.pid for p in self.status() if p.pid}

    def children(self, name: str) -> list[int]:
        """Return the pids of a process's prefork pool."""
        return children_of(self.pids()[name])

    def restart(self, name: str) -> None:
        """Stop one process, start it again, and wait until it stays up."""
        self.stop_process(name)
        self.start_process(name)

    def stop_process(self, name: str) -> None:
        self._manager.stop_program(self._full_name(name))

    def start_process(self, name: str) -> None:
        self._manager.start_program(self._full_name(name))

    # --- how ---

    def _sweep(self) -> None:
        """End orphaned processes, under the lock.  When another command starts the stack now, that one sweeps."""
        if (self.home / "run").is_dir():
            with suppress(StackError), self._manager.lock():
                sweep(self.home)
                self._manager.forget_socket()

    def _full_name(self, name: str) -> str:
        for process in self.status():
            if process.name == name:
                return f"{process.group}:{name}"
        raise StackError(f"no process {name!r} runs in {self.home}")

    def _pinned(self) -> dict[str, str]:
        pid = self.manager_pid
        if pid is None:
            raise StackError(f"nothing runs in {self.home}, or it starts or drains")
        return environment_of(pid)

    @property
    def _table_file(self) -> Path:
        return self.home / "run" / "programs.json"

    def _table_of_start(self) -> list[Program]:
        """Return the programs of the stack's start; empty when an earlier release started it."""
        with suppress(FileNotFoundError):
            return msgspec.json.decode(self._table_file.read_bytes(), type=list[Program])
        return []

    @property
    def _started_with(self) -> Path:
        return self.home / "run" / "started.env"

    def _choose(self, *, keep: bool = True) -> Choices:
        given = self._given()
        values = {name: value for source in given for name, value in source.values.items() if value}
        choices = choose(
            self.home,
            values,
            apart=self._apart,
            where=lambda name: origin(given, name),
            accept=lambda chosen: settle([Source("", chosen), *given, self._here()]),
            keep=keep,
        )
        if keep:
            write(self._started_with, {name: choices.values[name] for name in ADDRESSES if name in choices.values})
        return choices

    def _here(self) -> Source:
        return Source("the data folder", {"HANDWORK_HOME": str(self.home)})

    def _given(self) -> list[Source]:
        """Return the sources of the operator's settings; a later one overrides the earlier ones."""
        extra = Source("the caller", self._extra)
        if self._apart:
            return [extra]
        return [dotenv_source(os.environ), Source("the environment", os.environ), extra]


def _outside(*, apart: bool) -> dict[str, str]:
    ours = {name.upper() for name in Settings.__struct_fields__} | PREFERRED.keys() if apart else set()
    return {name: value for name, value in os.environ.items() if name not in ours}


def _of_dotenv() -> dict[str, str]:
    """Return the settings in ``.env`` that the environment does not override."""
    ours = {name.upper() for name in Settings.__struct_fields__}
    given = dotenv_source(os.environ).values
    return {name: value for name, value in given.items() if name in ours and value and not os.environ.get(name)}


def _begin_anew(broker: Path) -> None:
    """Delete the broker's files, which only its own restarts need.  A power failure can leave them so that the broker
    does not start, and their content is in the database."""
    for path in broker.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _compile_sources() -> None:
    """Write missing or old bytecode once, or each process would compile the same modules."""
    for package in ("beat", "domain", "gateways", "runtime", "sandbox", "tasks", "web", "workers"):
        compileall.compile_dir(PROJECT / package, quiet=2)  # a read-only folder stays unchanged


def _empty(metrics: Path) -> None:
    """Delete the metrics of earlier processes, whose counters would otherwise still count."""
    metrics.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in metrics.glob("*.db"):
        file.unlink(missing_ok=True)
