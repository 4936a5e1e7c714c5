"""A rate holds over time, however the relay's rounds fall."""

from hypothesis import given
from hypothesis import strategies as st

from workers.relay.pace import Pace


def test_without_a_rate_everything_goes() -> None:
    assert Pace().allowed("payments", None, 200, now=0.0) == 200


@given(
    rate=st.floats(0.5, 50),
    steps=st.lists(st.floats(0.001, 2.0), min_size=1, max_size=60),
)
def test_no_more_goes_out_than_the_rate_and_one_burst(rate: float, steps: list[float]) -> None:
    pace, now, sent = Pace(), 0.0, 0
    for step in steps:
        now += step
        rows = pace.allowed("payments", rate, 1000, now)
        pace.spend("payments", rows)
        sent += rows
    assert sent <= rate * now + max(1.0, rate) + 1


def test_a_rate_is_reached() -> None:
    pace, sent = Pace(), 0
    for tick in range(1, 1001):
        rows = pace.allowed("payments", 5.0, 1000, tick / 100)
        pace.spend("payments", rows)
        sent += rows
    assert 48 <= sent <= 52


def test_queues_do_not_share_a_bucket() -> None:
    pace = Pace()
    pace.allowed("payments", 1.0, 10, now=0.0)
    pace.spend("payments", 1)
    assert pace.allowed("payments", 1.0, 10, now=0.0) == 0
    assert pace.allowed("webhooks", 1.0, 10, now=0.0) == 1
