"""Who starved."""

from __future__ import annotations

from bench.starvation import Share
from bench.targets import Exit, exit_code, judge
from bench.turns import TARGETS, figures_of


def share(role: str, units: int, errors: int = 0) -> Share:
    return Share(role, 2.0, units, errors, 1.0, 4.0, 9.0)


def test_the_slower_of_the_two_neighbours_counts() -> None:
    figures = figures_of([share("flat out", 9000), share("in turn", 1000), share("in turn", 400)])
    assert figures["starvation: commits/s of the slower neighbour"] == 200
    assert figures["starvation: commits/s flat out"] == 4500
    assert exit_code(judge(TARGETS, figures)) == Exit.MET


def test_a_neighbour_below_a_hundred_a_second_starved() -> None:
    figures = figures_of([share("flat out", 9000), share("in turn", 1000), share("in turn", 199)])
    assert exit_code(judge(TARGETS, figures)) == Exit.NOT_MET


def test_one_lock_error_of_anybody_is_one_too_many() -> None:
    figures = figures_of([share("flat out", 9000, errors=1), share("in turn", 1000), share("in turn", 1000)])
    assert exit_code(judge(TARGETS, figures)) == Exit.NOT_MET
