"""Slots are fixed points in time, the same for every beat process."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from beat.schedules import SCHEDULES, Schedule
from domain.platform.maintenance.work import Prune

moments = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside


@given(now=moments, index=st.integers(0, len(SCHEDULES) - 1))
def test_a_slot_is_the_latest_that_is_not_in_the_future(now: datetime, index: int) -> None:
    schedule = SCHEDULES[index]
    slot = schedule.slot_at(now)
    assert slot <= now < slot + schedule.every
    assert schedule.slot_at(slot) == slot


def test_an_offset_moves_the_slot_within_the_day() -> None:
    nightly = Schedule("nightly", timedelta(days=1), Prune(), offset=timedelta(hours=3))
    assert nightly.slot_at(datetime(2026, 11, 23, 2, 59, tzinfo=UTC)) == datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert nightly.slot_at(datetime(2026, 11, 23, 3, 0, tzinfo=UTC)) == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
