"""What is asked of each size: the first page, pages anywhere, searches, new jobs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from bench.growth.seed import placed
from bench.load.lists import PIECE, RequestList, head, write_list
from bench.seed.rows import CLIENTS, Row, Size
from bench.tokens import client_tokens

ROUTES = ("first page", "deep page", "search", "post")
_WORDS = ("drips", "stuck valve", "wanted week", "together", "weekdays parking", "yard")
_ASKED = 5_000
_TITLE = "A tap to mend, number {n:09d}"
_BODY = (
    '{{"title":"{title}","description":"It drips day and night.","category":"plumbing","city":"Berlin",'
    '"budget_minor":9000,"latitude":52.52,"longitude":13.405}}'
)


def requests(route: str, folder: Path, size: Size, secret: str, *, first: int, most: int) -> RequestList:
    """``first``: how many jobs were posted before; ``most``: how many requests at most."""
    if route == "post":
        return _posts(folder, client_tokens(secret), range(first, first + most))
    if route == "first page":
        return write_list(folder, "first", head("GET", "/jobs?status=open&limit=20"), [()], again=True)
    lines = _searches() if route == "search" else _cursors(size)
    path = f"/jobs?{PIECE}" if route == "search" else f"/jobs?status=open&limit=20&cursor={PIECE}"
    return write_list(folder, route.replace(" ", "-"), head("GET", path), lines, again=True)


def _cursors(size: Size) -> Iterator[tuple[str]]:
    """Anywhere among what is open, and never twice the same, so that nothing that was kept is of use."""
    open_from, open_until = size.assigned, size.jobs
    first, last = _place(open_from + 20), _place(open_until - 1)
    chance = random.Random(2)
    for _ in range(_ASKED * 20):
        yield (cursor(chance.randint(first, last)),)


def cursor(place: int) -> str:
    """As the API gives it for what is open, newest first; computed, because walking there would take all day."""
    return f"{place:x}-{crc32(f'{place:x} open'.encode()):08x}"


def _place(n: int) -> int:
    """Of the job ``n``: one a second."""
    rows = placed(Size(1, 0))
    start: int = next(rows)["place"]
    return start + n * 1000


def _searches() -> Iterator[tuple[str]]:
    """Words within a circle around somebody: what a worker looks for."""
    chance = random.Random(3)
    people: list[Row] = list(placed(Size(400, 0)))
    for _ in range(_ASKED):
        here, words = chance.choice(people), chance.choice(_WORDS)
        yield (
            f"q={words.replace(' ', '+')}&latitude={here['latitude']}&longitude={here['longitude']}"
            f"&radius_km={chance.choice((2, 5, 10, 25))}",
        )


def _posts(folder: Path, tokens: list[str], numbers: range) -> RequestList:
    body = _BODY.format(title=PIECE)
    length = len(_BODY.format(title=_TITLE.format(n=0)))
    headers = (f"Authorization: Bearer {PIECE}", "Content-Type: application/json", f"Content-Length: {length}")
    lines = ((tokens[n % CLIENTS], _TITLE.format(n=n)) for n in numbers)
    return write_list(folder, "post", head("POST", "/jobs", *headers) + body, lines, again=False)
