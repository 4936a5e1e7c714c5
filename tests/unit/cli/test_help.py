"""Every command says how it ends."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from bench.__main__ import main as benchmarks
from cli.main import main


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


VERBS = list(verbs(main, ()))


@pytest.mark.parametrize(("path", "command"), VERBS, ids=[" ".join(path) for path, _ in VERBS])
def test_its_help_gives_its_exit_codes(path: tuple[str, ...], command: click.Command) -> None:
    said = command.get_help(click.Context(command, info_name=" ".join(path), max_content_width=110))
    assert "Exit codes: 0 " in " ".join(said.split())


def test_they_were_found() -> None:
    assert {("up",), ("up", "down"), ("admin", "token", "list"), ("bench",)} <= {path for path, _ in VERBS}
