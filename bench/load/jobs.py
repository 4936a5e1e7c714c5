"""Requests about jobs: pages anywhere in the list, searches, new jobs."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from zlib import crc32

from bench.load.lists import PIECE, RequestList, head, write_list
from bench.seed.rows import CATEGORIES, CLIENTS

WORDS = ("drips", "stuck valve", "wanted week", "together", "weekdays parking", "yard")
_TITLE = "A tap to mend, number {n:09d}"
_BODY = (
    '{{"title":"{title}","description":"It drips day and night.","category":"plumbing","city":"Berlin",'
    '"budget_minor":9000,"latitude":52.52,"longitude":13.405}}'
)


def cursor(place: int) -> str:
    """Returns the API's cursor behind ``place`` among open jobs, newest first; walking there would take all day."""
    return f"{place:x}-{crc32(f'{place:x} open'.encode()):08x}"


def pages(folder: Path, name: str, cursors: Iterable[str]) -> RequestList:
    """Pages of 20 open jobs, one behind each cursor."""
    path = f"/jobs?status=open&limit=20&cursor={PIECE}"
    return write_list(folder, name, head("GET", path), ((each,) for each in cursors), again=True)


def searches(folder: Path, name: str, count: int, seed: int) -> RequestList:
    """First pages of searches by words, category and least budget; few of them are alike."""
    chance = random.Random(seed)

    def lines() -> Iterator[tuple[str]]:
        for _ in range(count):
            words, category = chance.choice(WORDS), chance.choice(CATEGORIES)
            yield (search(words, category, chance.randrange(5_000, 20_000)),)

    return write_list(folder, name, head("GET", f"/jobs?{PIECE}"), lines(), again=True)


def search(words: str, category: str, least: int) -> str:
    """Returns the query string of one search; ``least`` is a budget in minor units."""
    return f"q={words.replace(' ', '+')}&category={category}&budget_min={least}&limit=20"


def posts(folder: Path, name: str, tokens: list[str], numbers: range) -> RequestList:
    """New jobs whose titles hold ``numbers``, by each client in turn."""
    length = len(body(0))
    headers = (f"Authorization: Bearer {PIECE}", "Content-Type: application/json", f"Content-Length: {length}")
    template = head("POST", "/jobs", *headers) + _BODY.format(title=PIECE)
    lines = ((tokens[n % CLIENTS], _TITLE.format(n=n)) for n in numbers)
    return write_list(folder, name, template, lines, again=False)


def body(n: int) -> str:
    """Returns the JSON of the new job with this number."""
    return _BODY.format(title=_TITLE.format(n=n))
