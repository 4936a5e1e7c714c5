"""Every command's help gives its exit codes, and examples that work."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from bench.__main__ import main as benchmarks
from cli.main import main
from tests.unit.docs.test_commands import understand


def verbs(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """All that can be run; ``bench`` hands its words, --help too, to a program of its own."""
    if path == ("bench",):
        yield path, benchmarks
    elif isinstance(command, click.Group):
        if command.invoke_without_command:
            yield path, command
        context = click.Context(command)
        for name in command.list_commands(context):
            each = command.get_command(context, name)
            assert each is not None
            yield from verbs(each, (*path, name))
    else:
        yield path, command


NARROW = 64
"""The room of a first line in the list of commands on a terminal of 80 columns."""
VERBS = list(verbs(main, ()))
OURS = [(path, command) for path, command in VERBS if path != ("bench",)]


def words(path: tuple[str, ...], command: click.Command) -> str:
    return command.get_help(click.Context(command, info_name=" ".join(path), max_content_width=110))


@pytest.mark.parametrize(("path", "command"), VERBS, ids=[" ".join(path) for path, _ in VERBS])
def test_its_help_gives_its_exit_codes(path: tuple[str, ...], command: click.Command) -> None:
    assert "Exit codes: 0 " in " ".join(words(path, command).split())


@pytest.mark.parametrize(("path", "command"), OURS, ids=[" ".join(path) for path, _ in OURS])
def test_its_examples_are_understood(path: tuple[str, ...], command: click.Command) -> None:
    examples = re.findall(r"^ +\./handwork (.+)$", words(path, command), re.MULTILINE)
    assert examples
    assert not command.get_short_help_str(NARROW).endswith("...")
    for example in examples:
        given = shlex.split(example)
        assert tuple(given[: len(path)]) == path or path[0] == "up"
        understand(given)


def test_they_were_found() -> None:
    assert {("up",), ("up", "down"), ("admin", "token", "list"), ("bench",)} <= {path for path, _ in VERBS}
