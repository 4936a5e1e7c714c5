"""Print tables and sentences on a terminal, or into a pipe."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import click
import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Column, Table

T = TypeVar("T")
UNBROKEN = 100_000
"""The width of an output that is no terminal: no row wraps, so that ``grep`` and ``awk`` get one line a row."""


def open_console() -> Console:
    """Return a console that prints texts as they are: it interprets neither square brackets nor colons as markup."""
    return Console(markup=False, emoji=False, width=None if sys.stdout.isatty() else UNBROKEN)


def stacked(*parts: str) -> str:
    """Return the text of one cell: its parts one below the other, or side by side when the output is no terminal."""
    return ("\n" if sys.stdout.isatty() else "  ").join(part for part in parts if part)


def say(sentence: str, style: str | None = None) -> None:
    """Print a sentence; the terminal alone breaks its lines."""
    open_console().print(sentence, style=style, soft_wrap=True)


def print_table(columns: Iterable[str], rows: Iterable[Sequence[RenderableType]], nothing: str | None = None) -> None:
    """Print a table, or the text ``nothing`` in place of one without rows.

    It truncates no text on a narrow terminal; ids stay on one line, because operators copy them."""
    made = (Column(name, overflow="fold", no_wrap=name == "id") for name in columns)
    table = Table(*made, box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for row in rows:
        table.add_row(*row)
    open_console().print(table if table.row_count or nothing is None else nothing)


def print_rows(columns: Mapping[str, Callable[[T], str]], rows: Iterable[T], nothing: str | None = None) -> None:
    """Print a table with a line for each row; ``columns`` has the function that returns the text of a column's cell."""
    print_table(columns, ([cell(row) for cell in columns.values()] for row in rows), nothing)


def print_json(*values: object) -> None:
    """Print each value as a JSON object on its own line."""
    for value in values:
        click.echo(msgspec.json.encode(value).decode())


def visible(text: str) -> str:
    """Return a text with its control characters as numbers, so that users' texts cannot control the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)


def duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def speak_any_encoding() -> None:
    """Make the output print a question mark for a character outside its encoding, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
