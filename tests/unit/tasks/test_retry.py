"""Delays grow, are capped, and are jittered over their whole range."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tasks.retry import Retry

RETRY = Retry(first=timedelta(seconds=1), cap=timedelta(minutes=5), attempts=5)


@given(attempt=st.integers(1, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_a_delay_is_within_its_bounds(attempt: int, chance: float) -> None:
    assert timedelta(0) <= RETRY.delay(attempt, chance) <= RETRY.cap


def test_the_bound_doubles_until_the_cap() -> None:
    almost = 1 - 1e-12
    bounds = [round(RETRY.delay(n, almost).total_seconds()) for n in range(1, 12)]
    assert bounds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_it_is_spent_at_the_last_attempt() -> None:
    assert [RETRY.is_spent(n) for n in (1, 4, 5, 6)] == [False, False, True, True]
