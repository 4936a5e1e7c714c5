"""The requests for each size: the first page, pages anywhere, searches, new jobs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from bench.growth.seed import placed
from bench.load.jobs import WORDS, cursor, pages, posts
from bench.load.lists import PIECE, RequestList, head, write_list
from bench.seed.rows import Row, Size
from bench.tokens import client_tokens

ROUTES = ("first page", "deep page", "search", "post")
_ASKED = 5_000


def requests(route: str, folder: Path, size: Size, secret: str, *, first: int, most: int) -> RequestList:
    """``first``: how many jobs were posted before; ``most``: how many requests at most."""
    if route == "post":
        return posts(folder, "post", client_tokens(secret), range(first, first + most))
    if route == "first page":
        return write_list(folder, "first", head("GET", "/jobs?status=open&limit=20"), [()], again=True)
    if route == "deep page":
        return pages(folder, "deep-page", _cursors(size))
    return write_list(folder, "search", head("GET", f"/jobs?{PIECE}"), _searches(), again=True)


def _cursors(size: Size) -> Iterator[str]:
    """Anywhere among what is open, and never twice the same, so that nothing that was kept is of use."""
    open_from, open_until = size.assigned, size.jobs
    first, last = _place(open_from + 20), _place(open_until - 1)
    chance = random.Random(2)
    for _ in range(_ASKED * 20):
        yield cursor(chance.randint(first, last))


def _place(n: int) -> int:
    """Return when the job ``n`` was posted: one a second."""
    rows = placed(Size(1, 0))
    start: int = next(rows)["place"]
    return start + n * 1000


def _searches() -> Iterator[tuple[str]]:
    """Words within a circle around somebody: what a worker looks for."""
    chance = random.Random(3)
    people: list[Row] = list(placed(Size(400, 0)))
    for _ in range(_ASKED):
        here, words = chance.choice(people), chance.choice(WORDS)
        yield (
            f"q={words.replace(' ', '+')}&latitude={here['latitude']}&longitude={here['longitude']}"
            f"&radius_km={chance.choice((2, 5, 10, 25))}",
        )
