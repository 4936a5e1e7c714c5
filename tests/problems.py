"""What every refusal looks like."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import httpx

from runtime.database import Database
from tests.contents import unchanged

ERRORS = Path(__file__).parents[1] / "docs" / "reference" / "errors.md"
CODES = set(re.findall(r"^\| `(\w+)` ", ERRORS.read_text(), re.MULTILINE))
"""Those that are documented."""


def assert_problem(answer: httpx.Response, status: int, code: str, saying: object = "") -> dict[str, Any]:
    """A problem+json of that status and code, complete; its body."""
    found = (saying, answer.status_code, answer.text)
    assert answer.status_code == status, found
    assert answer.headers["content-type"] == "application/problem+json", found
    body: dict[str, Any] = answer.json()
    assert body["status"] == status, found
    assert body["code"] == code, found
    assert code in CODES, found
    assert body.get("type", "about:blank") == "about:blank", found  # what RFC 9457 says of one that is not there
    assert body["title"], found
    assert body["detail"], found
    assert body["correlation_id"] == answer.headers["x-correlation-id"], found
    return body


async def assert_refused(
    database: Database, request: Awaitable[httpx.Response], status: int, code: str, saying: object = ""
) -> dict[str, Any]:
    """Send the request: it gets this problem, and no row of the database changes; the problem's body."""
    with unchanged(database, saying):
        answer = await request
    return assert_problem(answer, status, code, saying)
