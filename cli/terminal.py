"""How the command line speaks to whoever reads it."""

from __future__ import annotations

import io
import sys

from rich.console import Console


def open_console() -> Console:
    """Square brackets and colons are what people wrote, in every table and sentence; styles are arguments."""
    return Console(markup=False, emoji=False)


def speak_any_encoding() -> None:
    """A character that the terminal does not know is a question mark, and not the end of the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
