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
    met = value is not None
    wanted: list[str] = []
    if target.at_least is not None:
        wanted.append(f"≥ {short(target.at_least)}{target.unit}")
        met = met and value is not None and value >= target.at_least
    if target.at_most is not None:
        wanted.append(f"≤ {short(target.at_most)}{target.unit}")
        met = met and value is not None and value <= target.at_most
    if target.reach is not None:
        wanted.append(f"reach for {short(target.reach)}{target.unit}")
    return Verdict(target.figure, value, ", ".join(wanted), met)


def exit_code(verdicts: Sequence[Verdict]) -> Exit:
    return Exit.MET if all(v.met for v in verdicts) else Exit.NOT_MET
