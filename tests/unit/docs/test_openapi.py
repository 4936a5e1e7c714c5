"""The API's description is whole: everything has a name, words, examples, and every way to fail."""

from __future__ import annotations

from typing import Any

import pytest

from web.documents import described

DOCUMENT = described()
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
}
SPEAKS = ("examples", "enum", "const", "boolean", "$ref")


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_what_it_does_and_how_it_fails(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["tags"]
    statuses = set(operation["responses"])
    expected = {"401"} if operation.get("security") else set()
    expected |= {"404"} if "{" in name else set()
    expected |= {"400", "413"} if "requestBody" in operation else set()
    assert expected <= statuses
    assert all(parameter.get("description") for parameter in operation.get("parameters", []))
    for status in statuses:
        problem = "application/problem+json" in operation["responses"][status].get("content", {})
        assert problem == (int(status) >= 400), status


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if "requestBody" in operation])
def test_every_field_of_a_body_has_an_example(name: str) -> None:
    """But ids, which callers have from us."""
    schema = OPERATIONS[name]["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    fields = schema.get("items", schema)["properties"]  # a provider sends a list of events
    said = {field: str(schema) for field, schema in fields.items()}
    bare = [f for f, text in said.items() if not f.endswith("_id") and not any(word in text for word in SPEAKS)]
    assert bare == []


def test_names_are_used_once() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names) > 30
