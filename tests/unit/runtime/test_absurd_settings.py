"""A number that is absurd is refused at start, by its variable's name; the largest that is taken does no harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_type_hints

import pytest
from msgspec import inspect

from runtime.settings import Settings, SettingsError, load

LATEST = datetime(2200, 1, 1, tzinfo=UTC)
MILLISECONDS = {"ms": 1, "s": 1_000, "seconds": 1_000, "days": 86_400_000}


def _numbers() -> dict[str, inspect.IntType]:
    shape = inspect.type_info(Settings)
    assert isinstance(shape, inspect.StructType)
    return {field.name: field.type for field in shape.fields if isinstance(field.type, inspect.IntType)}


NUMBERS = _numbers()


def test_every_number_is_looked_at() -> None:
    assert set(NUMBERS) == {name for name, kind in get_type_hints(Settings).items() if kind is int}
    assert len(NUMBERS) > 25


@pytest.mark.parametrize("name", sorted(NUMBERS))
@pytest.mark.parametrize("absurd", ["-1", "999999999999999", str(2**63), "9" * 60, "1e400", "NaN"])
def test_an_absurd_number_is_refused_by_name(name: str, absurd: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name.upper()}: "):
        load({name.upper(): absurd})


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_every_number_has_a_largest_value_and_a_least(name: str) -> None:
    kind = NUMBERS[name]
    assert kind.ge is not None
    assert kind.le is not None
    assert kind.ge <= getattr(load({}), name) <= kind.le


@pytest.mark.parametrize("name", sorted(name for name in NUMBERS if name.rpartition("_")[2] in MILLISECONDS))
def test_the_longest_time_is_within_the_calendar(name: str) -> None:
    """Twice over, since some are added to what was put off once."""
    most = NUMBERS[name].le
    assert most is not None
    assert datetime.now(UTC) + 2 * timedelta(milliseconds=most * MILLISECONDS[name.rpartition("_")[2]]) < LATEST
