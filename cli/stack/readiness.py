"""When is a stack ready?  Those with a page are asked for it; the others have written their row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import httpx

from cli.stack.choices import Choices
from cli.stack.programs import Program

Check = tuple[str, Callable[[], bool]]


def checks(table: Sequence[Program], choices: Choices) -> list[Check]:
    """What to wait for, by name."""
    health = f"{choices.values['WEB_PUBLIC_URL']}/health"
    pages = {
        "sandbox": f"http://127.0.0.1:{choices.values['SANDBOX_PORT']}/sandbox/health",
        "web": f"{health}/ready",
        "flower": f"http://127.0.0.1:{choices.values['FLOWER_PORT']}/healthcheck",
        "exporter": f"http://127.0.0.1:{choices.values['EXPORTER_PORT']}/metrics",
    }
    with_page: list[Check] = [(p.name, _page_check(pages[p.name])) for p in table if p.name in pages]
    by_row = {p.name for p in table if p.name not in pages and p.name != "broker"}
    return [
        *with_page,
        ("workers, relay and beat", lambda: not by_row - _alive(health)),
        ("broker", lambda: _health(health).get("broker") == "ok"),
    ]


def _page_check(url: str) -> Callable[[], bool]:
    return lambda: _answers(url)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2.0).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _health(url: str) -> dict[str, Any]:
    try:
        answer = httpx.get(url, timeout=2.0)
    except httpx.HTTPError:
        return {}
    return answer.json() if answer.status_code == httpx.codes.OK else {}


def _alive(url: str) -> set[str]:
    return {p["role"] for p in _health(url).get("processes", [])}
