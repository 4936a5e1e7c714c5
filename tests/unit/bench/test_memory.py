"""From readings to figures."""

from __future__ import annotations

import pytest

from bench.memory import Point, blocks_of, figures_of
from bench.processes import Held
from bench.targets import CouldNotRun


def test_blocks_end_exactly_at_the_first_and_the_last_reading() -> None:
    assert blocks_of(20_000, 100_000, 30_000) == [20_000, 30_000, 30_000, 20_000]
    assert blocks_of(20_000, 60_000, 20_000) == [20_000, 20_000, 20_000]


@pytest.mark.parametrize(("first", "last", "step"), [(0, 10, 10), (10, 10, 10), (20, 10, 10), (10, 20, 9)])
def test_numbers_that_make_no_sense_are_refused(first: int, last: int, step: int) -> None:
    with pytest.raises(CouldNotRun, match="--first"):
        blocks_of(first, last, step)


def test_growth_is_between_the_first_and_the_last_reading() -> None:
    points = [Point(20_000, 80.0, 20, 7), Point(60_000, 95.0, 30, 9), Point(100_000, 83.5, 21, 7)]
    figures = figures_of([], points, 20_000, 100_000)
    assert figures["growth: web process MB"] == 3.5
    assert figures["growth: open files"] == 1
    assert figures["growth: threads"] == 0


def test_the_stack_is_the_sum_of_its_processes() -> None:
    stack = [
        Held(1, "python -m web --fd 0", 80.5, 10, 3, 90.0),
        Held(2, "python -m workers maintenance", 50.0, 10, 3, 90.0),
        Held(3, "python -m workers maintenance", 10.25, 10, 3, 90.0),
        Held(4, "valkey-server 127.0.0.1:6380", 5.0, 10, 3, 90.0),
    ]
    assert figures_of(stack, [], 20_000, 100_000) == {
        "idle: whole stack PSS MB": 145.75,
        "idle: processes": 4.0,
        "idle: web PSS MB": 80.5,
        "idle: workers maintenance PSS MB": 60.25,
        "idle: valkey-server PSS MB": 5.0,
    }
