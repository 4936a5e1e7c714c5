"""The plot of a run: what is in it, by the text of its SVG."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.plot import MET, NOT_MET, draw
from bench.targets import Target
from tests.unit.bench.made import rounds_of

RATIO = Target("payments: ours ÷ naive", at_least=10)
SLOWEST = Target("payments: slowest, ms", at_most=250)
ERRORS = Target("starvation: errors", at_most=0)


def drawn(folder: Path, figures: dict[str, float], targets: list[Target], rounds: object = None) -> str:
    path = folder / "web.svg"
    draw(path, "web", figures, targets, rounds)
    return path.read_text() if path.exists() else ""


def test_everybody_of_the_rounds_is_named(tmp_path: Path) -> None:
    svg = drawn(tmp_path, {}, [], rounds_of({"ours": (100, 2, 3), "naive": (10, 2, 3)}, ["payments"]))
    assert "payments: ours" in svg
    assert "payments: naive" in svg


@pytest.mark.parametrize(("ratio", "slowest", "met"), [(20.0, 125.0, True), (9.9, 125.0, False), (20.0, 251.0, False)])
def test_a_target_is_met_at_the_right_of_one_whichever_way_it_counts(
    tmp_path: Path, ratio: float, slowest: float, met: bool
) -> None:
    svg = drawn(tmp_path, {RATIO.figure: ratio, SLOWEST.figure: slowest}, [RATIO, SLOWEST])
    assert MET in svg
    assert (NOT_MET not in svg) is met


def test_what_is_no_ratio_or_was_not_measured_is_left_out(tmp_path: Path) -> None:
    svg = drawn(tmp_path, {RATIO.figure: 20.0, ERRORS.figure: 0.0}, [RATIO, ERRORS, SLOWEST])
    assert RATIO.figure in svg
    assert ERRORS.figure not in svg
    assert SLOWEST.figure not in svg


def test_without_rounds_and_targets_the_figures_are_drawn_and_nothing_makes_no_file(tmp_path: Path) -> None:
    assert drawn(tmp_path, {}, []) == ""
    assert "web: runtime %" in drawn(tmp_path, {"web: runtime %": 33.0}, [])


def test_the_same_figures_make_the_same_file(tmp_path: Path) -> None:
    assert drawn(tmp_path, {RATIO.figure: 20.0}, [RATIO]) == drawn(tmp_path, {RATIO.figure: 20.0}, [RATIO])
