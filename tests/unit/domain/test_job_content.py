"""What a client may say of a job."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.marketplace.jobs.categories import CATEGORIES
from domain.marketplace.jobs.check import NewJob, checked
from tests.clock import START

GOOD = NewJob("Fix a tap", "It drips.", "plumbing", "Berlin", 10_000, "usd")
TODAY = START.date()


def refused(**changes: object) -> str:
    with pytest.raises(Invalid) as caught:
        checked(msgspec.structs.replace(GOOD, **changes), START)
    return f"{caught.value.code} {caught.value.field}"


def test_the_catalogue_knows_each_category_once() -> None:
    ids = [category.id for category in CATEGORIES]
    assert len(set(ids)) == len(ids)
    assert {"plumbing", "cleaning", "electrical", "assembly", "painting", "moving", "gardening"} < set(ids)
    assert all(checked(msgspec.structs.replace(GOOD, category=i), START).category == i for i in ids)
    assert refused(category="alchemy") == "category_unknown category"


def test_coordinates_are_both_or_none_and_on_earth() -> None:
    assert refused(latitude=52.5) == "coordinates_incomplete longitude"
    assert refused(longitude=13.4) == "coordinates_incomplete latitude"
    for bad in (90.001, -91.0, 1e300, float("nan"), float("inf"), float("-inf")):
        assert refused(latitude=bad, longitude=0.0) == "coordinates_out_of_range latitude"
    assert refused(latitude=0.0, longitude=180.5) == "coordinates_out_of_range longitude"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_coordinates_are_kept_too_coarse_to_find_a_door(latitude: float, longitude: float) -> None:
    kept = checked(msgspec.structs.replace(GOOD, latitude=latitude, longitude=longitude), START)
    assert kept.latitude is not None
    assert kept.longitude is not None
    assert abs(kept.latitude - latitude) <= 0.000501
    assert (kept.latitude * 1000) == pytest.approx(round(kept.latitude * 1000))
    assert "-0.0" not in (str(kept.latitude), str(kept.longitude))
    assert -180 <= kept.longitude <= 180


def test_dates_lie_ahead_in_their_order_and_within_two_years() -> None:
    week = timedelta(days=7)
    for day in (date.min, date(1969, 12, 31), TODAY - week, TODAY + timedelta(days=731), date.max):
        assert refused(wanted_from=day) == "date_out_of_range wanted_from"
        assert refused(wanted_until=day) == "date_out_of_range wanted_until"
    assert refused(wanted_from=TODAY + week, wanted_until=TODAY) == "date_out_of_range wanted_until"
    yesterday_somewhere = TODAY - timedelta(days=1)
    kept = checked(msgspec.structs.replace(GOOD, wanted_from=yesterday_somewhere, wanted_until=TODAY + week), START)
    assert (kept.wanted_from, kept.wanted_until) == (yesterday_somewhere, TODAY + week)


def test_days_and_budget_have_bounds() -> None:
    for days in (0, -1, 181, 10**9):
        assert refused(open_days=days) == "open_days_out_of_range open_days"
    assert refused(budget_minor=1) == "amount_out_of_range budget_minor"
