"""Every ``./handwork …`` that a document names exists, with the options and values that it is given."""

from pathlib import Path

import click
import pytest
from click.exceptions import Exit

from bench.__main__ import main as benchmarks
from cli.main import COMMANDS, main
from cli.rings import DRILLS, RINGS
from tests.unit.docs.markdown import PROJECT, commands, documents

NAMED = [(path, words) for path in documents() for words in commands(path.read_text())]


def understand(words: list[str]) -> None:
    """As click would, but nothing is run; ``UsageError`` for what it would refuse.

    A command may be named without what it needs: ``./handwork tasks show``.
    """
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        found = command.get_command(click.Context(command), name)
        if found is None:
            raise click.UsageError(f"no command {name!r}")
        command = benchmarks if name == "bench" else found
        check_files(name, words)
    if not words:
        return
    try:
        command.make_context("handwork", words)
    except Exit:
        return  # --help


def check_files(name: str, words: list[str]) -> None:
    """Drills and tests are files."""
    if (
        name == "drill"
        and words
        and not words[0].startswith("-")
        and not (PROJECT / DRILLS / f"test_{words[0]}.py").is_file()
    ):
        raise click.UsageError(f"no drill {words[0]!r}")
    if name == "test" and words and words[0] not in RINGS:
        raise click.UsageError(f"no ring {words[0]!r}")
    if missing := [word for word in words if word.startswith("tests/") and not (PROJECT / word).exists()]:
        raise click.UsageError(f"no tests in {missing}")


@pytest.mark.parametrize(
    ("document", "words"), NAMED, ids=[f"{path.relative_to(PROJECT)}: {' '.join(words)}" for path, words in NAMED]
)
def test_a_command_of_the_documents_is_understood(document: Path, words: list[str]) -> None:
    understand(words)


def test_the_commands_were_found() -> None:
    assert {("up", "--detach"), ("demo",), ("status",), ("down",)} <= {tuple(words) for _, words in NAMED}


@pytest.mark.parametrize(
    "line",
    [
        "fly",
        "up --quickly",
        "drill boredom",
        "test everything",
        "test unit tests/unit/nothing",
        "queue pause letters --why x",
        "queue rate payments fast",
        "bench web --fly",
    ],
)
def test_a_command_that_is_not_there_would_be_found(line: str) -> None:
    with pytest.raises(click.UsageError):
        understand(line.split())


def test_every_command_is_in_a_page_that_people_begin_with() -> None:
    guides = {PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "docs/operating/runbook.md")}
    named = {words[0] for path, words in NAMED if path in guides and words}
    assert set(COMMANDS) <= named
