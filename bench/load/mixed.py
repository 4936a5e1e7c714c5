"""One list out of several, in fixed shares: what users do all at once."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from pathlib import Path

from bench.load.lists import TEMPLATE, RequestList

SHARES = {"pages": 65, "searches": 5, "payments": 13, "webhooks": 13, "posts": 4}
"""Percent of the requests: 70 reads, none of them repeated, and 30 writes."""
_HUNDRED = [route for route, share in SHARES.items() for _ in range(share)]
random.Random(6).shuffle(_HUNDRED)


def parts_of(count: int) -> dict[str, int]:
    """Returns how many requests of each route ``count`` mixed ones have at most."""
    hundreds = -(-count // 100)
    return {route: hundreds * share for route, share in SHARES.items()}


def mix(folder: Path, name: str, parts: Mapping[str, RequestList], *, again: bool) -> RequestList:
    """Returns the lists of all routes as one, whose lines begin with the number of their template.

    It is as long as the first of them that ends.  The parts' files are deleted.
    """
    made = RequestList(folder / f"{name}.template", folder / f"{name}.lines", again)
    made.template.write_bytes(TEMPLATE.encode().join(part.template.read_bytes() for part in parts.values()))
    numbers = {route: str(n).encode() for n, route in enumerate(parts, start=1)}
    lines = {route: iter(part.lines.read_bytes().splitlines()) for route, part in parts.items()}
    with made.lines.open("wb") as file:
        for route in itertools.cycle(_HUNDRED):
            line = next(lines[route], None)
            if line is None:
                break
            file.write(numbers[route] + b"\t" + line + b"\n")
    for part in parts.values():
        part.delete()
    return made
