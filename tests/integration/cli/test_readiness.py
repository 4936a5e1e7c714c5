"""Who is ready while a stack starts: the web first, and nobody by supervisor's word alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from socket import gethostname
from subprocess import PIPE

import pytest
from sqlalchemy import bindparam, update

from cli.stack.programs import Program
from cli.stack.readiness import READY, STARTING, UNKNOWN, Readiness
from cli.stack.stack import Stack
from cli.stack.supervised import ProcessInfo
from cli.status import exit_code
from domain.database import Connection
from domain.platform.processes.beat import Process, beat, prune
from domain.platform.processes.tables import process as process_table
from runtime.clock import system_clock
from runtime.database import Database, open_database
from runtime.settings import load
from tests.integration.cli.conftest import Journal, MakeStack
from tests.integration.cli.terminal import Terminal
from tests.ports import free_ports
from tests.stack import wait_until

Make = Callable[..., Program]
NOBODY = 2**22 + 1
"""Above every pid that Linux gives."""
WEB = ("--answer", "--poll")
_move = update(process_table).values(pid=bindparam("moved_to"))


def running(name: str, pid: int) -> ProcessInfo:
    return ProcessInfo(name, "group", "RUNNING", pid, 5, "", 1)


def state(program: Program, pid: int) -> str:
    (found,) = Readiness([program], load()).states([running(program.name, pid)]).values()
    return found


def write_row(database: Database, role: str, broker_ok: bool | None = None) -> None:
    """As this process does, once."""
    now, pid = system_clock(), os.getpid()
    row = Process(f"{role}:{pid}", role, gethostname(), pid, now, now, broker_ok, {})
    database.write(lambda c: beat(c, row))


def test_a_process_is_ready_when_its_own_row_is_there(stored: Database) -> None:
    worker = Program("worker-payments", ("true",), 30, role="worker-payments")
    assert state(worker, os.getpid()) == STARTING
    write_row(stored, "worker-payments")
    assert state(worker, os.getpid()) == READY
    assert state(worker, NOBODY) == STARTING, "the row of another process of its kind"


def test_the_row_of_a_dead_relay_counts_for_nobody(stored: Database) -> None:
    relay = Program("relay", ("true",), 40, role="relay")
    write_row(stored, "relay", broker_ok=False)
    assert state(relay, os.getpid()) == STARTING, "it has not reached the broker"
    write_row(stored, "relay", broker_ok=True)
    assert state(relay, os.getpid()) == READY
    assert state(relay, NOBODY) == READY, "another relay works, and this one waits for its end"
    with subprocess.Popen(["true"]) as dead:
        pass
    stored.write(lambda c: c.run(_move, moved_to=dead.pid))
    assert state(relay, NOBODY) == STARTING


def test_without_a_database_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDWORK_DOTENV", "/dev/null")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere.db'}")
    assert state(Program("beat", ("true",), 40, role="beat"), os.getpid()) == UNKNOWN
    assert not (tmp_path / "nowhere.db").exists()


def test_the_exit_code_tells_starting_from_ready() -> None:
    one, two = running("web", 1), running("beat", 2)
    words = {"READY": 0, "STARTING": 5, "UNKNOWN": 5, "BACKOFF": 3, "STOPPED": 3}
    for word, code in words.items():
        assert exit_code([replace(one, state="READY"), replace(two, state=word)]) == code, word
    assert exit_code([]) == 3


@pytest.fixture
def slow(make_stack: MakeStack, stand_in: Make, tmp_path: Path) -> tuple[Terminal, Stack]:
    """A stack whose worker never writes its row, and a person who started it."""
    terminal = Terminal(tmp_path)
    ports = free_ports()
    page = f"http://127.0.0.1:{ports['WEB_PORT']}/"
    web = stand_in("web", 50, WEB, listen=("127.0.0.1", int(ports["WEB_PORT"])), page=page)
    worker = stand_in("worker-payments", 30, role="worker-payments", after_web=True)
    return terminal, make_stack(web, worker, environment=ports, home=terminal.home)


class Enough(Exception):
    """The test has seen what it came for."""


def test_the_web_is_ready_before_the_others_begin(slow: tuple[Terminal, Stack], journal: Journal) -> None:
    _, stack = slow
    begun: dict[str, list[str]] = {}

    def say(name: str) -> None:
        begun[name] = journal.names("started")

    def patience() -> None:
        if "worker-payments" in journal.names("started"):
            assert {p.name: p.state for p in stack.observe()} == {"web": READY, "worker-payments": STARTING}
            raise Enough

    with pytest.raises(Enough):
        stack.start(say, patience)
    assert begun["web"] == ["web"]


def speak_for(stack: Stack, pid: int) -> None:
    """Write the worker's row in its place."""
    now = system_clock()
    row = Process("worker", "worker-payments", gethostname(), pid, now, now, None, {})
    write(stack, lambda connection: beat(connection, row))


def write(stack: Stack, unit: Callable[[Connection], object]) -> None:
    with closing(open_database(stack.started.settings().database)) as database:
        database.write(unit)


def test_a_second_up_waits_for_the_first_and_tells_the_truth(slow: tuple[Terminal, Stack], journal: Journal) -> None:
    terminal, stack = slow
    with ThreadPoolExecutor(1) as one:
        first = one.submit(stack.start)
        pid = dict(wait_until(lambda: journal.entries("started")[1:], "the worker began"))["worker-payments"]
        with terminal.begin("up", "--detach", stdout=PIPE, text=True) as second:
            assert second.stdout.readline() == "A stack is starting or draining here; waiting for it.\n"
            assert not first.done()
            assert second.poll() is None
            speak_for(stack, pid)
            first.result()
            said = second.stdout.read()
    assert second.returncode == 0, said
    assert "It is running already" in said
    assert terminal.run("status").exit_code == 0

    write(stack, lambda connection: prune(connection, before=system_clock()))
    assert terminal.run("status").exit_code == 5
    assert terminal.says("up", "--detach") == (
        1,
        "Error: not ready: worker-payments; see: handwork logs worker-payments\n",
    )
