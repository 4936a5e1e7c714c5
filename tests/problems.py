"""What every refusal looks like."""

from __future__ import annotations

from typing import Any

import httpx


def assert_problem(answer: httpx.Response, status: int, code: str, saying: object = "") -> dict[str, Any]:
    """A problem+json of that status and code, complete; its body."""
    found = (saying, answer.status_code, answer.text)
    assert answer.status_code == status, found
    assert answer.headers["content-type"] == "application/problem+json", found
    body: dict[str, Any] = answer.json()
    assert body["status"] == status, found
    assert body["code"] == code, found
    assert body["type"] == "about:blank", found
    assert body["title"], found
    assert body["detail"], found
    assert body["correlation_id"] == answer.headers["x-correlation-id"], found
    return body
