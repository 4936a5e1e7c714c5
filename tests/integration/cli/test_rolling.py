"""The processes of a stack that runs are restarted one after another, with stand-ins for the programs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from cli.stack.errors import StackError
from cli.stack.programs import Program
from cli.stack.stack import Stack
from tests.integration.cli.conftest import Journal, MakeStack
from tests.ports import free_ports
from tests.stack import wait_until

Make = Callable[..., Program]


@pytest.fixture
def site(start_stack: MakeStack, stand_in: Make) -> Iterator[tuple[Stack, str]]:
    """A broker, two workers, and two processes of a web that answers; and its address."""
    ports = free_ports()
    page = f"http://127.0.0.1:{ports['WEB_PORT']}/"
    listen = ("127.0.0.1", int(ports["WEB_PORT"]))
    web = stand_in("web", 50, ("--answer", "--poll"), copies=2, listen=listen, page=page)
    stack = start_stack(stand_in("broker", 10), stand_in("worker", 30, copies=2), web, environment=ports)
    yield stack, page
    stack.stop()


@contextmanager
def asked_all_the_time(page: str) -> Iterator[list[int]]:
    """The answers that came, each on a connection of its own; one that got none ends in the thread's exception."""
    answers: list[int] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            answers.append(0)
            with suppress(httpx.TransportError):
                answers[-1] = httpx.get(page, timeout=10, trust_env=False).status_code

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield answers
    finally:
        over.set()
        asking.join()


def test_each_is_restarted_after_the_one_before_is_ready(site: tuple[Stack, str], journal: Journal) -> None:
    stack, page = site
    before, said = stack.pids(), list[str]()
    with asked_all_the_time(page) as answers:
        stack.roll(said.append)
    after = stack.pids()
    assert said == ["schema", "worker-0", "worker-1", "web-0", "web-1"]
    assert [name for name in before if before[name] == after[name]] == ["broker"]
    assert {p.state for p in stack.status()} == {"RUNNING"}
    assert len(answers) > 1
    assert set(answers) == {200}
    lines = [line.split() for line in journal.path.read_text().splitlines()]
    assert [what for what, _, _ in lines[5:]] == ["ended", "started"] * 4
    assert {p.restarts for p in stack.status()} == {0}, "an orderly end is no crash"


def test_nothing_follows_one_that_does_not_come_back(start_stack: MakeStack, stand_in: Make, journal: Journal) -> None:
    stack = start_stack(stand_in("worker", 30), stand_in("beat", 40, ("--once",)), stand_in("web", 50))
    wait_until(lambda: len(journal.entries("started")) == 3, "all started")
    before = stack.pids()
    with pytest.raises(StackError, match=r"beat is not ready again(?s:.*)the words of the log"):
        stack.roll(within_s=5)
    assert stack.pids()["web"] == before["web"]


def test_one_that_does_not_end_is_ended(start_stack: MakeStack, stand_in: Make) -> None:
    stack = start_stack(stand_in("worker", 30, ("--stubborn",), stop_wait_s=1))
    before = stack.pids()
    stack.roll()
    assert stack.pids()["worker"] != before["worker"]


def test_one_that_somebody_stopped_runs_again(start_stack: MakeStack, stand_in: Make) -> None:
    stack = start_stack(stand_in("worker", 30), stand_in("web", 50))
    stack.supervised.stop("worker")
    stack.roll()
    assert {p.state for p in stack.status()} == {"RUNNING"}


def test_another_table_of_processes_is_refused(make_stack: MakeStack, stand_in: Make) -> None:
    stack, later = make_stack(stand_in("worker", 30)), make_stack(stand_in("worker", 30), stand_in("new", 30))
    stack.start()
    with pytest.raises(StackError, match="handwork restart"):
        later.roll()


def test_what_does_not_run_is_not_restarted(make_stack: MakeStack, stand_in: Make) -> None:
    with pytest.raises(StackError, match="nothing runs"):
        make_stack(stand_in("worker", 30)).roll()


def test_between_two_it_can_be_interrupted(start_stack: MakeStack, stand_in: Make) -> None:
    stack = start_stack(stand_in("worker", 30), stand_in("web", 50))
    before, said = stack.pids(), list[str]()

    def patience() -> None:
        if "worker" in said:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        stack.roll(said.append, patience)
    after = stack.pids()
    assert after["web"] == before["web"]
    assert after["worker"] != before["worker"]
