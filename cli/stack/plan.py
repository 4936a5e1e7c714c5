"""Plan a stack: its ports and secrets, settings, programs, environment and files, before a process starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from cli.stack.choices import PREFERRED, Choices, choose
from cli.stack.configuration import render
from cli.stack.given import Given
from cli.stack.preflight import inspect
from cli.stack.programs import Build, Program, broker_configuration, broker_file
from cli.stack.sandbox_arguments import sandbox_arguments, sandbox_file
from runtime.setting_sources import Source, origin
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a start of the stack in ``home`` needs.  ``environment``: that of each process."""

    home: Path
    choices: Choices
    settings: Settings
    programs: list[Program]
    environment: dict[str, str]

    def files(self, socket: Path) -> dict[Path, str]:
        """Return the text of each file that the processes read at their start.  ``socket``: supervisor's."""
        files = {
            programs_file(self.home): msgspec.json.encode(self.programs).decode(),
            configuration_file(self.home): render(self.home, socket, self.programs),
        }
        if not self.choices.own_broker:
            files[broker_file(self.home)] = broker_configuration(self.home, self.choices)
        if self.choices.uses_sandbox:
            files[sandbox_file(self.home)] = sandbox_arguments(self.home, self.choices)
        return files


def make_plan(given: Given, build: Build, running: Choices | None = None) -> Plan:
    """Return the plan of a start, without a change.  ``running``: the choices of the stack that runs, to be kept.

    ``StackError`` or ``SettingsError`` names the setting that makes a start impossible.
    """
    sources = given.sources()
    choices = running or choose(
        given.home,
        given.values(),
        usual=None if given.apart else PREFERRED,
        where=lambda name: origin(sources, name),
    )
    settings = given.settle(Source("", choices.values))
    inspect(settings, choices, runs=running is not None)
    return Plan(given.home, choices, settings, build(given.home, choices), given.environment(choices.values))


def configuration_file(home: Path) -> Path:
    return home / "run" / "supervisord.conf"


def programs_file(home: Path) -> Path:
    return home / "run" / "programs.json"
