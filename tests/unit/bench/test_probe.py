"""Contenders must answer alike before their speed is compared."""

from __future__ import annotations

import pytest

from bench.probe import check_alike, shape
from bench.targets import CouldNotRun


def test_the_shape_is_names_and_nesting_not_values() -> None:
    page = {"items": [{"id": "a", "n": 1}, {"id": "b", "n": 2}], "next_cursor": None}
    assert shape(page) == {"items": [2, {"id": None, "n": None}], "next_cursor": None}
    assert shape({"a": None}) == shape({"a": "text"})


@pytest.mark.parametrize(
    ("ours", "naive", "said"),
    [
        (b'{"a":1}', b'{"b":1}', "ours and naive answer jobs differently"),
        (b'{"a":"x"}', b'{"a":"xxx"}', "ours answers 9 bytes, naive 11"),
    ],
)
def test_another_field_or_a_tenth_more_is_another_answer(ours: bytes, naive: bytes, said: str) -> None:
    check_alike({"ours": {"jobs": ours}, "naive": {"jobs": ours.replace(b"x", b"y")}})
    with pytest.raises(CouldNotRun, match=said):
        check_alike({"ours": {"jobs": ours}, "naive": {"jobs": naive}})
