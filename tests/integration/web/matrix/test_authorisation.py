"""Every operation of the document, tried by everybody: what the table says is what happens, and a refusal changes
nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.integration.web.matrix.requests import BODIES
from tests.integration.web.matrix.stand import AS_MADE, SIGNED_OUT, SUSPENDED, Stand
from tests.integration.web.matrix.table import COLUMNS, ROWS, Row
from tests.integration.web.shared_app import app_of
from tests.people import Person
from tests.problems import assert_problem
from web.documents import described

METHODS = ("get", "post", "put", "patch", "delete")
CODES = {401: "token_missing", 404: "not_found"}
BY_RIGHT = {"wrong_role", "own_offer", "own_proposal", "own_review", "service_token"}
"""What a 403 of the table is for: never that the account is suspended, or the password wrong."""


@dataclass(frozen=True)
class Operation:
    """``takes_tokens`` also of one that works without; ``signed_in`` of one that does not."""

    method: str
    template: str
    takes_tokens: bool
    signed_in: bool
    answers: frozenset[int]

    @classmethod
    def of(cls, method: str, template: str, described: dict[str, Any]) -> Operation:
        schemes = described.get("security") or [{}]
        answers = frozenset(map(int, described["responses"]))
        return cls(method.upper(), template, {"bearer": []} in schemes, {} not in schemes, answers)


def operations(document: dict[str, Any]) -> dict[str, Operation]:
    return {
        found["operationId"]: Operation.of(method, path, found)
        for path, item in document["paths"].items()
        for method, found in item.items()
        if method in METHODS
    }


FOR_STRANGERS = {"apply": "any worker may apply for an open job", "report_review": "reviews are public"}
DOCUMENT = described()
OPERATIONS = operations(DOCUMENT)
each_row = pytest.mark.parametrize("row", ROWS, ids=str)
on_sqlite = pytest.mark.parametrize("world_url", ["sqlite"], indirect=True)
"""Whether somebody is let in at all is one question, asked before any row is looked at."""


async def test_every_operation_that_is_served_is_declared_and_no_other(stand: Stand) -> None:
    served = operations((await stand.site.http.get("/schema/openapi.json")).json())
    assert {row.operation for row in ROWS} == set(served), "the table and the document differ"
    assert served == OPERATIONS
    assert set(BODIES) <= set(served)
    assert set(stand.world.people) | {"nobody"} == set(COLUMNS)


async def test_nothing_is_served_that_the_document_does_not_say(stand: Stand) -> None:
    routes = {
        (method, route.path_format)
        for route in app_of(stand.site.services.settings).routes
        for method in route.methods - {"OPTIONS", "HEAD"}
        if not route.path_format.startswith("/schema")
    }
    assert routes == {(each.method, each.template) for each in OPERATIONS.values()}


def test_what_is_declared_is_what_is_documented() -> None:
    for row in ROWS:
        operation = OPERATIONS[row.operation]
        assert operation.signed_in == (row.expected["nobody"] == 401), row
        assert set(row.expected.values()) <= operation.answers, row


def test_a_strangers_way_in_is_meant() -> None:
    """Whatever is about somebody's thing is refused to a stranger, but for what is listed."""
    for row in ROWS:
        if OPERATIONS[row.operation].signed_in and row.things and row.operation not in FOR_STRANGERS:
            assert {row.expected["charlie"], row.expected["dave"]} <= {403, 404}, row


@each_row
async def test_everybody_gets_what_is_declared(stand: Stand, row: Row) -> None:
    operation = OPERATIONS[row.operation]
    changing = [name for name in COLUMNS if operation.method != "GET" and row.expected[name] < 400]
    stand.be(AS_MADE)
    for name in COLUMNS:
        if name not in changing:
            await tried(stand, row, name)
    stand.assert_unchanged(AS_MADE, str(row))
    for name in changing:
        stand.be(AS_MADE)
        await tried(stand, row, name)


async def tried(stand: Stand, row: Row, name: str) -> None:
    answer = await ask(stand, row, stand.world.people.get(name))
    status = answer.status_code
    assert status == row.expected[name], (str(row), name, answer.text)
    if status >= 400:
        code = answer.json()["code"]
        assert_problem(answer, status, CODES.get(status, code), (str(row), name))
        assert status != 403 or code in BY_RIGHT, (str(row), name, code)


async def ask(stand: Stand, row: Row, person: Person | None) -> httpx.Response:
    operation = OPERATIONS[row.operation]
    return await stand.ask(row, operation.method, operation.template, person)


@on_sqlite
@each_row
async def test_whoever_may_is_refused_when_suspended(stand: Stand, row: Row) -> None:
    await barred(stand, row, SUSPENDED, {"": (403, "account_suspended")})


@on_sqlite
@each_row
async def test_whoever_may_is_refused_after_signing_out(stand: Stand, row: Row) -> None:
    await barred(stand, row, SIGNED_OUT, {"": (401, "session_ended"), "robot": (401, "token_invalid")})


async def barred(stand: Stand, row: Row, state: str, refusals: dict[str, tuple[int, str]]) -> None:
    operation = OPERATIONS[row.operation]
    if not operation.takes_tokens:
        return
    stand.be(state)
    for name in may(row):
        status, code = refusals.get(name, refusals[""])
        assert_problem(await ask(stand, row, stand.world.people[name]), status, code, (str(row), name))
    stand.assert_unchanged(state, str(row))


@on_sqlite
@each_row
async def test_whoever_may_is_refused_with_an_expired_token(stand: Stand, row: Row) -> None:
    operation = OPERATIONS[row.operation]
    if not operation.takes_tokens:
        return
    stand.be(AS_MADE)
    for name in may(row):
        if name != "robot":  # a service token does not expire
            assert_problem(await ask(stand, row, stand.world.stale[name]), 401, "token_expired", (str(row), name))
    stand.assert_unchanged(AS_MADE, str(row))


def may(row: Row) -> list[str]:
    """Whose request is weighed; what comes of it is for the status of the thing to say."""
    return [
        name for name, status in row.expected.items() if name != "nobody" and (status < 400 or status in (409, 422))
    ]
