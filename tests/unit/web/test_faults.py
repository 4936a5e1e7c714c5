"""The search for everything that is wrong with a body does bounded work, whatever the body holds."""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec
import pytest
from litestar.exceptions import ValidationException

from domain.errors import Fault, Invalid
from web.bodies import decode
from web.faults import LARGEST, MOST, MOST_ITEMS, Items, faults_in
from web.routes.me import ProfilePatch


class Table(msgspec.Struct, forbid_unknown_fields=True):
    name: str = ""
    rows: list[Annotated[list[Annotated[str, msgspec.Meta(max_length=3)]], msgspec.Meta(max_length=5)]] = []


def faults(kind: Any, body: Any, items: Items | None = None) -> list[Fault]:
    written = json.dumps(body).encode()
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(written, type=kind)
    return faults_in(kind, written, caught.value, items)


def test_a_long_list_is_decoded_only_as_far_as_faults_are_named() -> None:
    items = Items(1_000)
    found = faults(ProfilePatch, {"skills": [1] * 20_000}, items)
    assert [fault.field for fault in found] == [f"skills[{n}]" for n in range(MOST)]
    assert 1_000 - items.left == MOST


@pytest.mark.parametrize("rows", [[[1] * 1_000] * 10, [["ok"] * 6] * 1_000, [["ok"]] * 5_000 + [["long"]]])
def test_all_lists_of_a_body_share_one_bound(rows: list[list[Any]]) -> None:
    items = Items()
    found = faults(Table, {"rows": rows}, items)
    assert 1 <= len(found) <= MOST
    assert 0 <= items.left < MOST_ITEMS


def test_a_fault_behind_the_items_that_are_decoded_is_named_alone() -> None:
    items = Items()
    (fault,) = faults(ProfilePatch, {"skills": ["ok"] * 5_000 + [1]}, items)
    assert (fault.field, items.left) == ("skills[5000]", 0)
    assert fault.message == "`skills[5000]` must be text, not a whole number."


def test_unknown_fields_are_named_up_to_the_bound() -> None:
    found = faults(Table, {f"unknown{n}": n for n in range(3_000)})
    assert [fault.field for fault in found] == [f"unknown{n}" for n in range(MOST)]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"skills": [1] * LARGEST}, "skills[0]", "wrong_type"),
        ({"x" * LARGEST: 1}, "x" * 60, "unknown_field"),
        ({f"unknown{n}": n for n in range(LARGEST)}, "unknown0", "unknown_field"),
        ({"bio": "x" * LARGEST}, "bio", "wrong_length"),
        ([1] * LARGEST, "", "wrong_type"),
    ],
)
def test_a_large_body_gets_the_first_fault_alone(body: Any, field: str, code: str) -> None:
    items = Items()
    (fault,) = faults(ProfilePatch, body, items)
    assert (fault.field, fault.code, items.left) == (field, code, MOST_ITEMS)
    assert len(fault.message) < 200


def test_each_depth_of_nesting_is_refused() -> None:
    """The depth at which the search fails lies between one that it reads and one that the check for JSON refuses."""
    refused = set()
    for depth in range(1, 1_100):
        body = b'{"name":1,"rows":' + b"[" * depth + b"]" * depth + b"}"
        with pytest.raises((Invalid, ValidationException)) as caught:
            decode(msgspec.json.Decoder(Table), body)
        refused.add(type(caught.value))
    assert refused == {Invalid, ValidationException}
