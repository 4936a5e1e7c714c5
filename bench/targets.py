"""The targets of benchmarks, and whether a run met them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

import msgspec

from bench.figures import short


class Exit(IntEnum):
    """The exit codes of a benchmark."""

    MET = 0
    NOT_MET = 1
    COULD_NOT_RUN = 2


class Target(msgspec.Struct, frozen=True):
    """``figure`` names a figure of the run; it must reach ``at_least`` or stay within ``at_most``.

    ``reach`` is what we would like beyond that; it decides nothing.
    """

    figure: str
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""
    reach: float | None = None


class Verdict(msgspec.Struct, frozen=True):
    figure: str
    value: float | None
    wanted: str
    met: bool


class CouldNotRun(Exception):
    """The benchmark has no figures: something that it needs is missing or did not start."""


def judge(targets: Sequence[Target], figures: Mapping[str, float]) -> list[Verdict]:
    """One verdict a target; a figure that was not measured is not met."""
    return [_judge(target, figures.get(target.figure)) for target in targets]


def _judge(target: Target, value: float | None) -> Verdict:
    signs = {"≥": target.at_least, "≤": target.at_most, "reach for": target.reach}
    wanted = [f"{sign} {short(number)}{target.unit}" for sign, number in signs.items() if number is not None]
    enough = value is not None and (target.at_least is None or value >= target.at_least)
    met = enough and value is not None and (target.at_most is None or value <= target.at_most)
    return Verdict(target.figure, value, ", ".join(wanted), met)


def exit_code(verdicts: Sequence[Verdict]) -> Exit:
    return Exit.MET if all(v.met for v in verdicts) else Exit.NOT_MET
