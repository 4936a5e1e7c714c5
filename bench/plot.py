"""A suite's run as an SVG: every round of everybody, and each target beside what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from bench.figures import short
from bench.rounds import Round
from bench.targets import Target

INK, MUTED, GRID = "#1f2a30", "#6b7780", "#d9dee1"
MET, NOT_MET, DOT = "#2f7d62", "#b3402f", "#34708f"
matplotlib.rcParams.update({"font.size": 9, "text.color": INK, "axes.edgecolor": GRID, "xtick.color": MUTED})
matplotlib.rcParams.update({"ytick.color": INK, "svg.fonttype": "none"})  # text as text
matplotlib.rcParams.update({"svg.hashsalt": "handwork"})  # the same file from the same figures
_ROW_INCH, _HEAD_INCH, _WIDTH_INCH = 0.27, 0.95, 9.0


def draw(path: Path, suite: str, figures: Mapping[str, float], targets: Sequence[Target], rounds: Any) -> None:
    """Rates when ``rounds`` are of :class:`bench.rounds.Round`, then the targets; else the figures themselves."""
    lines = _lines(rounds)
    judged = [(target, ratio) for target in targets if (ratio := _reached(target, figures)) is not None]
    bare = [] if lines or judged else list(figures.items())
    counts = [len(each) for each in (lines, judged, bare) if each]
    if not counts:
        return
    heights = [count * _ROW_INCH + _HEAD_INCH for count in counts]
    drawing = Figure(figsize=(_WIDTH_INCH, sum(heights)), layout="constrained")
    drawing.suptitle(f"bench {suite}", x=0.01, ha="left", fontweight="bold")
    panels = iter(drawing.subplots(len(counts), 1, squeeze=False, height_ratios=heights)[:, 0])
    if lines:
        _rates(next(panels), lines)
    if judged:
        _targets(next(panels), judged, figures)
    if bare:
        _bars(next(panels), bare)
    drawing.savefig(path, format="svg", metadata={"Date": None})


def _lines(rounds: Any) -> dict[str, list[float]]:
    """Good answers a second of each round, by what and who: those of one route together, the fastest first."""
    found: dict[str, list[float]] = {}
    if isinstance(rounds, list) and all(isinstance(each, Round) for each in rounds):
        for each in rounds:
            found.setdefault(f"{each.route}: {each.contender}", []).append(each.result.per_second)
    return dict(sorted(found.items(), key=lambda item: (item[0].partition(":")[0], -median(item[1]))))


def _reached(target: Target, figures: Mapping[str, float]) -> float | None:
    """1 where it is just met, more where it is better; None where that is no ratio."""
    value, wanted = figures.get(target.figure), target.at_least if target.at_most is None else target.at_most
    if not value or not wanted:
        return None
    return value / wanted if target.at_most is None else wanted / value


def _rates(axes: Axes, lines: Mapping[str, Sequence[float]]) -> None:
    _begin(axes, list(lines), "good answers a second; a dot a round, the line is their median")
    for row, values in enumerate(lines.values()):
        axes.scatter(values, [row] * len(values), s=22, color=DOT, alpha=0.55, linewidths=0)
        middle = median(values)
        axes.plot([middle, middle], [row - 0.32, row + 0.32], color=INK, linewidth=1.5)
    _by_factors(axes)


def _targets(axes: Axes, judged: Sequence[tuple[Target, float]], figures: Mapping[str, float]) -> None:
    names = [f"{target.figure}: {short(figures[target.figure])}" for target, _ in judged]
    _begin(axes, names, "how far beyond its target (at 1) each figure is; right of it is better")
    for row, (_, ratio) in enumerate(judged):
        axes.plot([1, ratio], [row, row], color=MET if ratio >= 1 else NOT_MET, linewidth=3, solid_capstyle="butt")
        axes.scatter([ratio], [row], s=26, color=MET if ratio >= 1 else NOT_MET, zorder=3)
    axes.axvline(1, color=INK, linewidth=1)
    _by_factors(axes)
    least, most = (pick(ratio for _, ratio in judged) for pick in (min, max))
    axes.set_xlim(min(0.5, least * 0.8), max(2.0, most * 1.25))


def _bars(axes: Axes, figures: Sequence[tuple[str, float]]) -> None:
    _begin(axes, [name for name, _ in figures], "")
    axes.barh(range(len(figures)), [value for _, value in figures], color=DOT, height=0.6)


def _by_factors(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))


def _begin(axes: Axes, names: Sequence[str], title: str) -> None:
    """One row a name, the first on top."""
    axes.set_title(title, loc="left", color=MUTED, fontsize=9)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="x", color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
