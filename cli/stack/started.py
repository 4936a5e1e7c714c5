"""Read what a stack was started with, whatever ``.env`` says now."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from cli.stack.choices import PREFERRED, started_file
from cli.stack.errors import StackError
from cli.stack.given import Given
from cli.stack.plan import configuration_file, programs_file
from cli.stack.processes import environment_of
from cli.stack.programs import Program
from cli.stack.supervisord import Supervisord
from runtime.setting_sources import Source, read_file, stack_source
from runtime.settings import VARIABLES, Settings, settle


class Started:
    """The last start of the stack that ``supervisord`` runs."""

    def __init__(self, supervisord: Supervisord) -> None:
        self._supervisord = supervisord
        self._home = supervisord.home

    @property
    def values(self) -> dict[str, str]:
        """Return the choices, with the addresses of the last start; empty when the stack never ran.

        A later change of ``.env`` does not affect them, so that commands find and end a running stack.
        """
        return {**read_file(self._home / "stack.env"), **read_file(started_file(self._home))}

    def settings(self) -> Settings:
        """Return the settings of the running processes; ``StackError`` when none run."""
        return settle([stack_source(self._home), Source("the stack's start", self._environment())])

    def programs(self) -> list[Program]:
        """Return the table of programs; empty when an earlier release started the stack."""
        with suppress(FileNotFoundError):
            return msgspec.json.decode(programs_file(self._home).read_bytes(), type=list[Program])
        return []

    def configuration(self) -> str:
        """Return the text of supervisor's configuration."""
        return configuration_file(self._home).read_text()

    def changed_settings(self, given: Given) -> list[str]:
        """Return the names of settings that differ between the processes and ``given``."""
        pinned, now = self._environment(), given.values()
        own = self.values if given.apart else {}
        kept = {*PREFERRED, "FLOWER_BASIC_AUTH"}
        ours = VARIABLES - kept - {"HANDWORK_HOME"}
        changed = {name for name in ours if now.get(name, own.get(name, "")) != pinned.get(name, "")}
        moved = {name for name in kept if now.get(name) not in (None, self.values.get(name))}
        return sorted(changed | moved)

    def _environment(self) -> dict[str, str]:
        pid = self._supervisord.pid
        if pid is None:
            raise StackError(f"nothing runs in {self._home}, or it starts or drains")
        return environment_of(pid)
