"""When is a stack ready?  Those with a page are asked for it; the others have written their row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import redis

from cli.stack.choices import Choices
from cli.stack.ports import holder, holders, is_listened_on
from cli.stack.processes import children_of, is_accepting, is_of
from cli.stack.programs import Program

Check = Callable[[], bool]
CLOCKS_APART = timedelta(seconds=1)
ASK_WITHIN_S = 2.0


def checks(table: Sequence[Program], choices: Choices, home: Path) -> dict[str, Check]:
    """What to wait for, by name; rows count only if they were written from now on.

    A page counts only if a process of the stack in ``home`` serves it: what another stack took a moment before
    ours answers as well.
    """
    health = f"{choices.web}/health"
    since = datetime.now(UTC) - CLOCKS_APART
    found: dict[str, Check] = {}
    for program in table:
        if program.page is not None:
            answers = (_broker_check if program.page.startswith("redis:") else _page_check)(program.page)
            found[program.name] = _ours(answers, port_of(program.page), home)
        elif program.role is not None and any(p.name == "web" for p in table):
            found[program.name] = _row_check(health, program.role, since)
    return found


def check_of(program: Program, choices: Choices) -> Callable[[int], bool]:
    """Is this process of a running stack, by its pid, ready?  Others of its kind do not count for it.

    But one relay works, wherever it runs: one that was restarted may find another at work, and waits.
    """
    if program.listen is not None and program.page is not None:
        answers = _page_check(program.page)
        return lambda pid: is_accepting(pid) and answers()
    if program.page is not None:
        answers = _page_check(program.page)
        return lambda pid: answers() and pid in holders(port_of(program.page or ""))
    if program.role is None:
        return lambda _pid: True
    health, role, since = f"{choices.web}/health", program.role, datetime.now(UTC) - CLOCKS_APART

    def is_ready(pid: int) -> bool:
        rows = [row for row in _rows(health, role) if datetime.fromisoformat(row["seen_at"]) > since]
        if role == "relay":
            return any(row["broker_ok"] for row in rows)
        return any(row["pid"] in (pid, *children_of(pid)) for row in rows)

    return is_ready


def stranger(table: Sequence[Program], home: Path) -> str | None:
    """Who listens where a program of ours should, in words; None while nobody does."""
    for program in table:
        port = port_of(program.page) if program.page is not None else 0
        if port and is_listened_on(port) and not _is_served_by(home, port) and is_listened_on(port):
            who = holder(port) or "another user's process"
            return f"{program.name}: port {port} was taken by {who} a moment before; start again for another port"
    return None


def port_of(page: str) -> int:
    return urlsplit(page).port or 0


def _ours(answers: Check, port: int, home: Path) -> Check:
    return lambda: answers() and _is_served_by(home, port)


def _is_served_by(home: Path, port: int) -> bool:
    return any(is_of(home, pid) for pid in holders(port))


def _page_check(url: str) -> Check:
    return lambda: _get(url) is not None


def _row_check(health: str, role: str, since: datetime) -> Check:
    def is_ready() -> bool:
        mine = [row for row in _rows(health, role) if datetime.fromisoformat(row["seen_at"]) > since]
        # The relay is the one that talks to the broker and says how it is; it must have reached it.
        return any(row["broker_ok"] or role != "relay" for row in mine)

    return is_ready


def _rows(health: str, role: str) -> list[dict[str, Any]]:
    """Those of a role that were heard of lately, on any host."""
    answer = _get(health)
    rows: list[dict[str, Any]] = answer.json()["processes"] if answer is not None else []
    return [row for row in rows if row["role"] == role]


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
