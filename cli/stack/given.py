"""The operator's settings for one stack, and the environment that its processes get."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.stack.choices import PREFERRED
from cli.stack.processes import MARK
from runtime.setting_sources import NO_DOTENV, PROJECT, Source, dotenv_source
from runtime.settings import VARIABLES, Settings, settle


@dataclass(frozen=True, slots=True)
class Given:
    """The settings for the stack in ``home``: ``.env``, then the environment, then ``extra``, and the later one wins.

    ``apart``: only ``extra`` counts; for tests and drills.
    """

    home: Path
    extra: Mapping[str, str]
    apart: bool

    def sources(self) -> list[Source]:
        """Return the sources of the operator's settings; a later one overrides the earlier ones."""
        extra = Source("the caller", self.extra)
        if self.apart:
            return [extra]
        return [dotenv_source(os.environ), Source("the environment", os.environ), extra]

    def values(self) -> dict[str, str]:
        """Return the settings that are not empty, by variable."""
        return {name: value for source in self.sources() for name, value in source.values.items() if value}

    def settle(self, chosen: Source) -> Settings:
        """Return the settings of the stack: those of ``chosen``, overridden by the operator's.

        ``SettingsError`` names the source of a wrong value.
        """
        return settle([chosen, *self.sources(), Source("the data folder", {"HANDWORK_HOME": str(self.home)})])

    def environment(self, chosen: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of the stack's processes."""
        return {
            **self._outside(),
            **(chosen if self.apart else _of_dotenv()),
            "HANDWORK_DOTENV": str(NO_DOTENV),  # a restarted process keeps the settings of the others
            "PYTHONPATH": str(PROJECT),
            "PYTHONUNBUFFERED": "1",
            "FLOWER_BASIC_AUTH": chosen["FLOWER_BASIC_AUTH"],
            **self.extra,
            MARK: str(self.home),
            "HANDWORK_HOME": str(self.home),
            "PROMETHEUS_MULTIPROC_DIR": chosen["METRICS_DIR"],
        }

    def _outside(self) -> dict[str, str]:
        ours = VARIABLES | PREFERRED.keys() if self.apart else frozenset()
        return {name: value for name, value in os.environ.items() if name not in ours}


def _of_dotenv() -> dict[str, str]:
    """Return the settings in ``.env`` that the environment does not override."""
    given = dotenv_source(os.environ).values
    return {name: value for name, value in given.items() if name in VARIABLES and value and not os.environ.get(name)}
