"""Where a person types ``handwork``: with none of our settings but those that are given."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import Popen
from types import MappingProxyType
from typing import Any

from click.testing import CliRunner, Result

from cli.main import main
from cli.stack.choices import PREFERRED
from runtime.settings import PROJECT, VARIABLES

OURS = VARIABLES | PREFERRED.keys()


def run(*arguments: str, typed: str | None = None) -> Result:
    """Run a command in this process, with the settings that the test set in the environment."""
    return CliRunner().invoke(main, arguments, input=typed)


class Terminal:
    """``dotenv``: the text of ``.env``; None for no such file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.dotenv = folder / "dotenv"

    def run(self, *arguments: str, typed: bytes = b"", **more: str) -> Result:
        """In this process, since a start takes a second."""
        ours: dict[str, str | None] = dict.fromkeys(OURS)
        return CliRunner().invoke(main, arguments, env={**ours, **self._settings(), **more}, input=typed)

    def says(self, *arguments: str, typed: bytes = b"", **more: str) -> tuple[int, str]:
        """The exit code, and what is on stderr: never a trace."""
        found = self.run(*arguments, typed=typed, **more)
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exc_info
        return found.exit_code, found.stderr

    def begin(
        self, *arguments: str, python: Sequence[str] = (), more: Mapping[str, str] = MappingProxyType({}), **how: Any
    ) -> Popen[bytes]:
        """As a process of its own."""
        clean = {name: value for name, value in os.environ.items() if name not in OURS}
        command = [sys.executable, *python, "-m", "cli", *arguments]
        return Popen(command, env={**clean, **self._settings(), **more}, cwd=PROJECT, **how)

    def _settings(self) -> dict[str, str]:
        dotenv = str(self.dotenv) if self.dotenv.exists() else os.devnull
        return {"HANDWORK_HOME": str(self.home), "HANDWORK_DOTENV": dotenv, "COLUMNS": "200"}
