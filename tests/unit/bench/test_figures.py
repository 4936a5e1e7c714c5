"""The arithmetic behind the published figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Spread, paired_ratios, quantile, short, spread

numbers = st.floats(min_value=0.001, max_value=1e9)


@pytest.mark.parametrize(("q", "expected"), [(0.01, 1), (0.5, 50), (0.99, 99), (0.991, 100), (1.0, 100)])
def test_a_quantile_of_a_hundred_values_is_the_nearest_rank(q: float, expected: int) -> None:
    assert quantile(list(range(100, 0, -1)), q) == expected
    assert quantile([3.0, 1.0, 2.0], 0.99) == 3.0


@pytest.mark.parametrize(
    ("of", "said"),
    [
        *((partial(quantile, [1.0], q), "lies above 0") for q in (0.0, -0.1, 1.01)),
        (partial(quantile, [], 0.5), "nothing"),
        (partial(spread, []), "nothing"),
        (partial(paired_ratios, [1.0, 2.0], [1.0]), "2 rounds of ours against 1"),
        (partial(paired_ratios, [1.0], [0.0]), "to nothing"),
    ],
)
def test_what_has_no_figure_is_refused(of: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        of()


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


@pytest.mark.parametrize(
    ("value", "text"), [(4852.4, "4,852"), (12.62, "12.6"), (3.456, "3.46"), (0.3441, "0.344"), (0.0, "0")]
)
def test_figures_are_written_with_the_digits_that_matter(value: float, text: str) -> None:
    assert short(value) == text
