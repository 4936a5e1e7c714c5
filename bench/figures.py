"""The arithmetic of a benchmark: quantiles, paired ratios, their spread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

import msgspec


class Spread(msgspec.Struct, frozen=True):
    """The middle of some rounds and how far apart they lay, in the unit of the values."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{short(self.median)} ({short(self.least)}–{short(self.most)})"


def quantile(values: Sequence[float], q: float) -> float:
    """The nearest-rank quantile, ``0 < q <= 1``: a value that was seen, never one between two.

    ``ValueError`` without values or for another ``q``.
    """
    if not values:
        raise ValueError("a quantile of nothing")
    if not 0 < q <= 1:
        raise ValueError(f"a quantile lies above 0 and at most at 1, not at {q}")
    return sorted(values)[math.ceil(q * len(values)) - 1]


def spread(values: Sequence[float]) -> Spread:
    """``ValueError`` without values."""
    if not values:
        raise ValueError("the spread of nothing")
    return Spread(median(values), min(values), max(values))


def paired_ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Round by round ours ÷ theirs: what slows a whole round slows both, and cancels out.

    ``ValueError`` when the rounds do not pair, or one of theirs is not above zero.
    """
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} rounds of ours against {len(theirs)} of theirs")
    if any(value <= 0 for value in theirs):
        raise ValueError("a ratio to nothing")
    return spread([a / b for a, b in zip(ours, theirs, strict=True)])


def short(value: float) -> str:
    """Three digits that matter, with thousands set apart: 4,852 or 12.6 or 0.344; nothing is 0."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
