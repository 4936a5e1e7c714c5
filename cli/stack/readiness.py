"""When is a stack ready?  Those with a page are asked for it; the others have written their row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import redis

from cli.stack.choices import Choices
from cli.stack.programs import Program

Check = Callable[[], bool]
CLOCKS_APART = timedelta(seconds=1)
ASK_WITHIN_S = 2.0


def checks(table: Sequence[Program], choices: Choices) -> dict[str, Check]:
    """What to wait for, by name; rows count only if they were written from now on."""
    health = f"{choices.web}/health"
    since = datetime.now(UTC) - CLOCKS_APART
    found: dict[str, Check] = {}
    for program in table:
        if program.page is not None:
            found[program.name] = (_broker_check if program.page.startswith("redis:") else _page_check)(program.page)
        elif program.role is not None and any(p.name == "web" for p in table):
            found[program.name] = _row_check(health, program.role, since)
    return found


def _page_check(url: str) -> Check:
    return lambda: _get(url) is not None


def _row_check(health: str, role: str, since: datetime) -> Check:
    def is_ready() -> bool:
        answer = _get(health)
        rows: list[dict[str, Any]] = answer.json()["processes"] if answer is not None else []
        mine = [r for r in rows if r["role"] == role and datetime.fromisoformat(r["seen_at"]) > since]
        # The relay is the one that talks to the broker and says how it is; it must have reached it.
        return any(row["broker_ok"] or role != "relay" for row in mine)

    return is_ready


def _broker_check(url: str) -> Check:
    def is_ready() -> bool:
        client = redis.Redis.from_url(url, socket_timeout=ASK_WITHIN_S)
        try:
            return bool(client.ping())
        except (redis.RedisError, OSError):
            return False
        finally:
            client.close()

    return is_ready


def _get(url: str) -> httpx.Response | None:
    """None for anything but 200."""
    try:
        answer = httpx.get(url, timeout=ASK_WITHIN_S, trust_env=False)
    except httpx.HTTPError:
        return None
    return answer if answer.status_code == httpx.codes.OK else None
