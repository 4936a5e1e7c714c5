"""Whole stacks in folders of their own, and the seed of a drill."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.stack.programs import programs, varied
from cli.stack.stack import Stack
from tests.postgres import PostgresServer

StackMaker = Callable[..., Stack]
DATABASES = ("sqlite", "postgresql")

QUICK = {
    # What takes minutes in the field takes seconds here; nothing else differs.
    "ABSENCE_CONFIRM_MS": "3000",
    "RECONCILE_STUCK_MS": "5000",
    "DELIVERY_DOUBT_MS": "3000",
    "HEARTBEAT_MS": "2000",
    "RECONCILE_OVERLAP_S": "5",
}


@pytest.fixture
def drill_seed() -> int:
    """Printed, so that a drill can be repeated: handwork drill NAME --seed N."""
    seed = int(os.environ.get("DRILL_SEED") or random.SystemRandom().randrange(10**6))
    print(f"\nseed {seed}")
    return seed


@pytest.fixture
def postgres() -> Iterator[PostgresServer | None]:
    """The server of handwork drill NAME --database postgresql; without that, stacks have their own files."""
    chosen = os.environ.get("DRILL_DATABASE") or DATABASES[0]
    assert chosen in DATABASES
    print(f"\ndatabase {chosen}")
    if chosen == "sqlite":
        yield None
        return
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def start_stack(tmp_path: Path, postgres: PostgresServer | None) -> Iterator[StackMaker]:
    """``start_stack(copies={"relay": 2}, environment={…})`` gives a running stack; all are ended after the test."""
    stacks: list[Stack] = []

    def start(*, copies: dict[str, int] | None = None, environment: dict[str, str] | None = None) -> Stack:
        home = tmp_path / f"stack{len(stacks)}"
        build = varied(programs, copies=copies or {}, without={"flower"})
        database = {"DATABASE_URL": postgres.create(home.name)} if postgres else {}
        stack = Stack(home, environment=QUICK | database | (environment or {}), build=build, apart=True)
        stacks.append(stack)
        stack.start(lambda name: print(f"ready: {name}", flush=True))
        return stack

    yield start
    for stack in stacks:
        if stack.is_running():
            stack.kill()
