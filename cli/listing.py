"""Lists that commands print page by page, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import click

from cli.terminal import print_json, visible

T = TypeVar("T")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, instead of a table.")
_OPTIONS = (
    click.option(*("--limit", "most"), type=click.IntRange(1, 1000), default=50, help="List at most so many."),
    click.option("--before", metavar="ID", help="List the page after this id, the last one of the page before."),
    AS_JSON,
)


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a list that a command prints: ``most`` rows, after the one that ``before`` names."""

    most: int
    before: str | None
    as_json: bool

    def print(self, rows: Sequence[T], table: Callable[[Sequence[T]], None], id_of: Callable[[T], str]) -> None:
        """Print the rows with ``table``, and how to get the next page when the page is full."""
        if self.as_json:
            print_json(*rows)
            return
        table(rows)
        if len(rows) == self.most:
            click.echo(f"More: --before {visible(id_of(rows[-1]))}")


def paged(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a page, and its function the argument ``page``."""

    @wraps(function)
    def command(*arguments: Any, most: int, before: str | None, as_json: bool, **more: Any) -> None:
        function(*arguments, page=Page(most, before, as_json), **more)

    for option in reversed(_OPTIONS):
        command = option(command)
    return command
