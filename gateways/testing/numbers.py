"""Ids of a fake provider's own things: no two fakes in a process give the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

_fakes = count(1)


def numbers() -> Iterator[str]:
    """``1_1``, ``1_2`` …, for the first fake that asks."""
    mine = next(_fakes)
    return (f"{mine}_{n}" for n in count(1))
