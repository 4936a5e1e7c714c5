"""Stacks of stand-in programs, ended whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cli.stack.choices import Choices
from cli.stack.programs import Program
from cli.stack.stack import Stack
from runtime.database import Database, open_database
from runtime.migrate import upgrade
from tests.integration.cli.terminal import Terminal

STAND_IN = Path(__file__).parent / "stand_in.py"


class Journal:
    """What the stand-ins wrote: ``(what, name, pid)`` in order."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self, what: str) -> list[tuple[str, int]]:
        if not self.path.exists():
            return []
        lines = [line.split() for line in self.path.read_text().splitlines()]
        return [(name, int(pid)) for kind, name, pid in lines if kind == what]

    def names(self, what: str) -> list[str]:
        return [name for name, _ in self.entries(what)]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


@pytest.fixture
def stand_in(journal: Journal) -> Callable[..., Program]:
    """``stand_in("web", rank=50, options=("--child",))``."""

    def make(name: str, rank: int = 10, options: tuple[str, ...] = (), **more: object) -> Program:
        return Program(name, (sys.executable, str(STAND_IN), name, str(journal.path), *options), rank, **more)

    return make


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


MakeStack = Callable[..., Stack]


@pytest.fixture
def make_stack(tmp_path: Path) -> Iterator[MakeStack]:
    """``make_stack(program, ...)`` or ``make_stack(build=...)``: not started yet."""
    made: list[Stack] = []

    def make(*table: Program, **options: object) -> Stack:
        def build(_home: Path, _choices: Choices) -> list[Program]:
            return list(table)

        folder = options.pop("home", tmp_path / "home")
        stack = Stack(folder, **{"build": build, "apart": True, **options})
        made.append(stack)
        return stack

    yield make
    for stack in made:
        stack.kill()


@pytest.fixture
def start_stack(make_stack: MakeStack) -> MakeStack:
    """As ``make_stack``, and started."""

    def start(*table: Program, **options: object) -> Stack:
        stack = make_stack(*table, **options)
        stack.start()
        return stack

    return start


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the database that commands of this process find: migrated, and empty."""
    address = f"sqlite:///{tmp_path / 'handwork.db'}"
    monkeypatch.setenv("HANDWORK_HOME", str(tmp_path))
    monkeypatch.setenv("HANDWORK_DOTENV", "/dev/null")
    monkeypatch.setenv("DATABASE_URL", address)
    upgrade(address)
    return address


@pytest.fixture
def stored(url: str) -> Iterator[Database]:
    """The database that those commands find, opened beside them."""
    with closing(open_database(url)) as database:
        yield database
