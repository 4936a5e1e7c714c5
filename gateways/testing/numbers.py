"""Ids for a fake provider's objects; no two fakes in a process give the same id."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

_fakes = count(1)


def numbers() -> Iterator[str]:
    """Return an endless series of ids: ``1_1``, ``1_2`` … for the first fake that calls."""
    mine = next(_fakes)
    return (f"{mine}_{n}" for n in count(1))
