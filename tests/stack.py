"""Whole stacks for tests: each with its own folder and ports, none of the developer's settings, ended for sure."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from cli.stack.programs import Build, programs, varied
from cli.stack.stack import Stack

T = TypeVar("T")


@contextmanager
def running_stack(
    home: Path,
    *,
    copies: Mapping[str, int] | None = None,
    without: Collection[str] = (),
    environment: Mapping[str, str] | None = None,
    build: Build = programs,
) -> Iterator[Stack]:
    """A stack that is ready: ``with running_stack(tmp_path, copies={"relay": 2}) as stack``."""
    stack = Stack(
        home, build=varied(build, copies=dict(copies or {}), without=without), environment=environment, apart=True
    )
    try:
        stack.start()
        yield stack
    finally:
        stack.kill()


def wait_until(condition: Callable[[], T], what: str, within_s: float = 30.0) -> T:
    """The first true value of ``condition``; ``AssertionError`` after so many seconds."""
    deadline = time.monotonic() + within_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {within_s:.0f} s: {what}"
        time.sleep(0.02)
    return value
