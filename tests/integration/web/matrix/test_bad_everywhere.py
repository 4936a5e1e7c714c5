"""What no operation takes, whichever it is: asked by somebody who may, refused in clear words, and nothing changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.integration.web.matrix.requests import body_of, path_of
from tests.integration.web.matrix.stand import AS_MADE, Stand
from tests.integration.web.matrix.table import COLUMNS, ROWS, Row
from tests.integration.web.matrix.test_authorisation import DOCUMENT, OPERATIONS, on_sqlite
from tests.problems import assert_problem

NO_LIMITS = ("0", "-1", "101", str(10**9), "9" * 400, "ten", "", "1.5", "\x00", "\u0661", "5\n", " ")
NO_CURSORS = (
    "next",
    "20",
    "\x00",
    "' OR 1=1 --",
    "~",
    "%",
    "j" * 5_000,
    "\u0660" * 30,
    "{id}\n",
    "{id}0",
    "{cut}",
    "{up}",
)
NO_IDS = ("0" * 25, "1", "%22%22", "%00", "a%00b", "%ff%fe", "..%2f..%2fetc", "'%20OR%201=1", "x" * 10_000, "%0A")
NO_IDS += ("%F0%9F%94%A7",)
ODD_QUERIES = (
    "limit=1&limit=2",
    "limit=1&cursor=",
    "cursor=&cursor=",
    "nonsense=1",
    "x" * 20_000,
    "limit[]=1",
    "&&==&",
    "%00=%00",
    "a=%ff",
)
DEEP = 100_000
NO_JSON = {
    "empty": b"",
    "blank": b"  \n",
    "cut off": b'{"title": "Fix',
    "form": b"title=Fix&city=Berlin",
    "invalid UTF-8": b'{"title": "\xff\xfe"}',
    "half a surrogate pair": b'{"title": "\\ud800", "city": "\\udfff"}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"title": "Fix"}'.encode("utf-16"),
    "NaN": b'{"latitude": NaN}',
    "two documents": b"{}{}",
    "nested lists": b"[" * DEEP,
    "nested objects": b'{"a":' * DEEP,
    "a field nested": b'{"title":' + b"[" * DEEP,
}
NO_BODIES = {
    "null": b"null",
    "list": b"[]",
    "text": b'"x"',
    "true": b"true",
    "number": b"1",
    "a number out of range": b"1e400",
    "an unknown field": b'{"nonsense": 1}',
}
NO_TEXTS = ("\\ud800", "\\udfff\\ud800", "a\\u0000b")
"""In JSON's own escapes: halves of a pair, and NUL."""


def somebody(row: Row) -> str:
    """Who may: a party, if there is one."""
    return next(name for name in ("alice", "bob", *COLUMNS) if row.expected[name] < 300)


def described_as(operation: str) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][OPERATIONS[operation].template][OPERATIONS[operation].method.lower()]
    return found


def rows(want: Any) -> Any:
    """Of each operation the first row in which somebody may."""
    seen: dict[str, Row] = {}
    for row in ROWS:
        if min(row.expected.values()) < 300 and want(row):
            seen.setdefault(row.operation, row)
    return pytest.mark.parametrize("row", seen.values(), ids=str)


def is_list(row: Row) -> bool:
    return "limit" in {parameter["name"] for parameter in described_as(row.operation).get("parameters", [])}


def has_body(row: Row) -> bool:
    return "requestBody" in described_as(row.operation)


async def ask(stand: Stand, row: Row, path: str, **how: Any) -> httpx.Response:
    person = stand.world.people.get(somebody(row))
    headers = {"Idempotency-Key": "k1"} | ({"Authorization": f"Bearer {person.token}"} if person else {})
    return await stand.site.http.request(OPERATIONS[row.operation].method, path, headers=headers, **how)


@on_sqlite
@rows(is_list)
async def test_every_list_refuses_limits_and_cursors_that_are_none(stand: Stand, row: Row) -> None:
    stand.be(AS_MADE)
    path = path_of(row, OPERATIONS[row.operation].template, stand.world.things)
    for limit in NO_LIMITS:
        await refused(stand, row, path, "limit", limit, (400,))
    first = (await ask(stand, row, path, params={"limit": 1})).json()
    given = first["next_cursor"] or "job_" + "0" * 25
    for cursor in NO_CURSORS:
        forged = cursor.format(id=given, cut=given[:-1], up=given.upper())
        await refused(stand, row, path, "cursor", forged, (400, 422))
    for foreign in {"ses_" + "0" * 25, stand.world.things["alice"]}:
        await refused(stand, row, path, "cursor", foreign, (422,))
    stand.assert_unchanged(AS_MADE, str(row))


async def refused(stand: Stand, row: Row, path: str, name: str, value: str, statuses: tuple[int, ...]) -> None:
    answer = await ask(stand, row, path, params={name: value})
    assert answer.status_code in statuses, (str(row), name, value, answer.text)
    code = "cursor_invalid" if answer.status_code == 422 else "invalid_request"
    problem = assert_problem(answer, answer.status_code, code, (str(row), value))
    assert [error["field"] for error in problem["errors"]] == [name], (str(row), value)


@on_sqlite
@rows(is_list)
async def test_every_list_bears_odd_queries(stand: Stand, row: Row) -> None:
    stand.be(AS_MADE)
    path = path_of(row, OPERATIONS[row.operation].template, stand.world.things)
    for query in ODD_QUERIES:
        answer = await ask(stand, row, f"{path}?{query}")
        assert answer.status_code in (200, 400, 422), (str(row), query, answer.text)


@rows(lambda row: row.things)
async def test_ids_that_lead_nowhere_are_not_found(stand: Stand, row: Row) -> None:
    stand.be(AS_MADE)
    how = {} if (body := body_of(row.operation, stand.world.things)) is None else {"json": body}
    for thing in row.things:
        prefix = stand.world.things[thing][:4]
        for tail in NO_IDS:
            things = {**stand.world.things, thing: prefix + tail}
            answer = await ask(stand, row, path_of(row, OPERATIONS[row.operation].template, things), **how)
            assert_problem(answer, 404, "not_found", (str(row), tail))
    stand.assert_unchanged(AS_MADE, str(row))


@on_sqlite
@rows(has_body)
async def test_what_is_no_body_is_refused(stand: Stand, row: Row) -> None:
    stand.be(AS_MADE)
    path = path_of(row, OPERATIONS[row.operation].template, stand.world.things)
    for name, body in NO_JSON.items():
        if body or described_as(row.operation)["requestBody"].get("required"):
            assert_problem(await ask(stand, row, path, content=body), 400, "invalid_request", (str(row), name))
    for name, body in NO_BODIES.items():
        assert_problem(await ask(stand, row, path, content=body), 422, "body_invalid", (str(row), name))
    stand.assert_unchanged(AS_MADE, str(row))


@on_sqlite
@rows(lambda row: has_body(row) and not described_as(row.operation)["requestBody"].get("required"))
async def test_a_step_without_a_required_field_needs_no_body(stand: Stand, row: Row) -> None:
    path = path_of(row, OPERATIONS[row.operation].template, stand.world.things)
    for how in ({}, {"content": b"{}"}, {"json": {}}):
        stand.be(AS_MADE)
        answer = await ask(stand, row, path, **how)
        stand.is_changed()
        assert answer.status_code < 300, (str(row), how, answer.text)


@on_sqlite
@rows(has_body)
async def test_no_text_holds_what_is_no_character(stand: Stand, row: Row) -> None:
    stand.be(AS_MADE)
    path = path_of(row, OPERATIONS[row.operation].template, stand.world.things)
    for field, body in worse(row, body_of(row.operation, stand.world.things)):
        answer = await ask(stand, row, path, content=body)
        statuses = (401, 403) if "password" in field or field == "refresh_token" else (404, 422)
        assert answer.status_code in (400, 422, *statuses), (str(row), field, answer.text)
        assert_problem(answer, answer.status_code, answer.json()["code"], (str(row), field))
    stand.assert_unchanged(AS_MADE, str(row))


def worse(row: Row, good: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The body with each of its texts spoilt, and each that it might have."""
    for field in texts_of(row):
        for text in NO_TEXTS:
            yield field, json.dumps({**good, field: "SPOILT"}).replace("SPOILT", text).encode()


def texts_of(row: Row) -> list[str]:
    content = described_as(row.operation)["requestBody"]["content"]
    (schema,) = [each["schema"] for each in content.values()]
    body = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return [name for name, field in body["properties"].items() if "string" in str(field.get("type", field))]
