"""The arithmetic behind the published figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Spread, paired_ratios, quantile, short, spread

numbers = st.floats(min_value=0.001, max_value=1e9)


@pytest.mark.parametrize(
    ("q", "expected"),
    [(0.01, 1), (0.5, 50), (0.99, 99), (0.991, 100), (1.0, 100)],
)
def test_a_quantile_of_a_hundred_values_is_the_nearest_rank(q: float, expected: int) -> None:
    assert quantile(list(range(100, 0, -1)), q) == expected


def test_the_p99_of_few_values_is_the_largest() -> None:
    assert quantile([3.0, 1.0, 2.0], 0.99) == 3.0


@pytest.mark.parametrize("q", [0.0, -0.1, 1.01])
def test_a_quantile_outside_its_range_is_refused(q: float) -> None:
    with pytest.raises(ValueError, match="lies above 0"):
        quantile([1.0], q)


def test_nothing_has_no_quantile_and_no_spread() -> None:
    with pytest.raises(ValueError, match="nothing"):
        quantile([], 0.5)
    with pytest.raises(ValueError, match="nothing"):
        spread([])


@given(st.lists(numbers, min_size=1), st.floats(min_value=0.01, max_value=1.0))
def test_a_quantile_was_seen_and_enough_values_lie_at_or_below_it(values: list[float], q: float) -> None:
    found = quantile(values, q)
    assert found in values
    assert sum(v <= found for v in values) >= q * len(values)


def test_the_spread_names_the_middle_and_the_ends() -> None:
    assert spread([5.0, 1.0, 3.0, 2.0]) == Spread(2.5, 1.0, 5.0)


def test_a_slow_round_that_hits_both_leaves_the_ratio_alone() -> None:
    assert paired_ratios([1000.0, 100.0, 900.0], [100.0, 10.0, 90.0]) == Spread(10.0, 10.0, 10.0)


def test_ratios_are_taken_round_by_round_not_between_medians() -> None:
    assert paired_ratios([10.0, 40.0, 90.0], [10.0, 20.0, 30.0]).median == 2.0


def test_rounds_that_do_not_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="2 rounds of ours against 1"):
        paired_ratios([1.0, 2.0], [1.0])


def test_a_ratio_to_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="to nothing"):
        paired_ratios([1.0], [0.0])


@pytest.mark.parametrize(
    ("value", "text"), [(4852.4, "4,852"), (12.62, "12.6"), (3.456, "3.46"), (0.3441, "0.344"), (0.0, "0")]
)
def test_figures_are_written_with_the_digits_that_matter(value: float, text: str) -> None:
    assert short(value) == text
