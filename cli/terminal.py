"""How the command line speaks to whoever reads it."""

from __future__ import annotations

import io
import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

UNBROKEN = 100_000
"""Columns of an output that is no terminal: nothing wraps, so that each row stays one line for grep and awk."""


def open_console() -> Console:
    """Square brackets and colons are what people wrote, in every table and sentence; styles are arguments."""
    return Console(markup=False, emoji=False, width=None if sys.stdout.isatty() else UNBROKEN)


def stacked(*parts: str) -> str:
    """The parts below each other in one cell; beside each other where the output is no terminal."""
    return ("\n" if sys.stdout.isatty() else "  ").join(part for part in parts if part)


def open_table(*columns: str) -> Table:
    """Nothing is cut off, however narrow the terminal is; an id, which is copied, stays on one line."""
    made = (Column(name, overflow="fold", no_wrap=name == "id") for name in columns)
    return Table(*made, box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)


def visible(text: str) -> str:
    """Show control characters of other people's texts by their numbers, so that they do not steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)


def duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def speak_any_encoding() -> None:
    """A character that the terminal does not know is a question mark, and not the end of the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
