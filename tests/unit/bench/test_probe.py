"""Contenders must answer alike before their speed is compared."""

from __future__ import annotations

import pytest

from bench.probe import check_alike, shape
from bench.targets import CouldNotRun


def test_the_shape_is_names_and_nesting_not_values() -> None:
    page = {"items": [{"id": "a", "n": 1}, {"id": "b", "n": 2}], "next_cursor": None}
    assert shape(page) == {"items": [2, {"id": None, "n": None}], "next_cursor": None}
    assert shape({"a": None}) == shape({"a": "text"})


def test_another_field_is_another_answer() -> None:
    with pytest.raises(CouldNotRun, match="ours and naive answer jobs differently"):
        check_alike({"ours": {"jobs": b'{"a":1}'}, "naive": {"jobs": b'{"b":1}'}})


def test_an_answer_a_tenth_longer_is_too_long() -> None:
    with pytest.raises(CouldNotRun, match="ours answers 9 bytes, naive 11"):
        check_alike({"ours": {"jobs": b'{"a":"x"}'}, "naive": {"jobs": b'{"a":"xxx"}'}})


def test_answers_that_differ_in_values_only_are_alike() -> None:
    check_alike({"ours": {"jobs": b'{"a":"x"}'}, "naive": {"jobs": b'{"a":"y"}'}, "tuned": {"jobs": b'{"a":"z"}'}})
