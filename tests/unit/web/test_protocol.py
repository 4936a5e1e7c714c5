"""An answer's head and the beginning of its body leave in one write; nothing else waits."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from web.protocol import OneWrite


@dataclass
class Line:
    """A transport that keeps what was written."""

    written: list[bytes] = field(default_factory=list)
    closed: bool = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.written.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


@dataclass
class Cycle:
    """What of uvicorn's cycle is asked."""

    on_response: Callable[[], None]
    response_started: bool = False
    transport: OneWrite | Line | None = None


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def answered() -> list[str]:
    return []


@pytest.fixture
def cycle(answered: list[str]) -> Cycle:
    return Cycle(lambda: answered.append("yes"))


@pytest.fixture
def transport(line: Line, cycle: Cycle) -> OneWrite:
    return OneWrite(line, cycle)  # type: ignore[arg-type]  # as much of them as it uses


def test_head_and_body_leave_together(line: Line, cycle: Cycle, transport: OneWrite) -> None:
    cycle.response_started = True
    transport.write(b"head ")
    assert line.written == []
    transport.write(b"body")
    transport.write(b"more")
    assert line.written == [b"head body", b"more"]


def test_what_comes_before_the_answer_goes_out_at_once(line: Line, cycle: Cycle, transport: OneWrite) -> None:
    transport.write(b"100 Continue ")
    cycle.response_started = True
    transport.write(b"head ")
    transport.write(b"body")
    assert line.written == [b"100 Continue ", b"head body"]


def test_a_head_without_a_body_leaves_when_the_answer_is_complete(
    line: Line, cycle: Cycle, transport: OneWrite, answered: list[str]
) -> None:
    cycle.response_started = True
    transport.write(b"head")
    cycle.on_response()
    cycle.on_response()
    assert line.written == [b"head"]
    assert answered == ["yes", "yes"]


def test_a_head_leaves_before_the_line_is_closed(line: Line, cycle: Cycle, transport: OneWrite) -> None:
    cycle.response_started = True
    transport.write(b"head")
    assert not transport.is_closing()
    transport.close()
    assert line.written == [b"head"]
    assert transport.is_closing()


def test_an_answered_request_is_forgotten_without_the_garbage_collector(line: Line) -> None:
    cycle = Cycle(lambda: None)
    cycle.transport = OneWrite(line, cycle)  # type: ignore[arg-type]  # as above
    forgotten = weakref.ref(cycle)
    cycle.response_started = True
    cycle.transport.write(b"head")
    gc.disable()
    try:
        cycle.on_response()
        cycle.on_response = lambda: None  # as uvicorn does when the application has returned
        del cycle
        assert forgotten() is None
    finally:
        gc.enable()
    assert line.written == [b"head"]
