"""Keyset pages: ``{items, next_cursor}``, without offsets.

Where a list is sorted by id, its cursor is the last item's id.  Any other cursor holds the numbers that the list is
sorted by, and a checksum over these numbers and the query.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Protocol, Self, TypeVar
from zlib import crc32

import msgspec
from litestar.params import QueryParameter

from domain.errors import Invalid
from web.ids import is_id

DEFAULT_LIMIT = 20
MAXIMUM_LIMIT = 100

Limit = Annotated[int, QueryParameter(ge=1, le=MAXIMUM_LIMIT, description="Items of a page.")]
Cursor = Annotated[str | None, QueryParameter(description="`next_cursor` of the page before.", max_length=40)]


class HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=HasId)
_NUMBERS = re.compile(r"[0-9a-f]{1,15}(-[0-9a-f]{1,15})*")


class Page(msgspec.Struct, frozen=True):
    """A page of a list; each list declares a subclass, with the type of its items.

    ``next_cursor`` is null on the last page.
    """

    items: list[Any]
    next_cursor: str | None

    @classmethod
    def of(cls, items: Sequence[HasId], limit: int) -> Self:
        return cls(*split(items, limit))


def split(items: Sequence[T], limit: int) -> tuple[list[T], str | None]:
    """Return at most ``limit`` items, and the cursor to the next page; None on the last page.

    The caller passes at most ``limit + 1`` items: one beyond the limit shows that there is another page.
    """
    shown = list(items[:limit])
    return shown, shown[-1].id if len(items) > limit else None


def check_cursor(cursor: str | None, prefix: str) -> str | None:
    """Return the cursor; ``Invalid`` unless it is None or an id with ``prefix``, by which the list is sorted."""
    if cursor is not None and not (is_id(cursor) and cursor.startswith(f"{prefix}_")):
        raise _not_ours()
    return cursor


def cursor_to(position: tuple[int, ...], query: str) -> str:
    """Return the cursor to ``position``, valid only for ``query``, which names the filters and the order in full."""
    numbers = "-".join([f"{number:x}" for number in position])
    return f"{numbers}-{crc32(f'{numbers} {query}'.encode()):08x}"


def position_of(cursor: str, query: str, parts: int) -> tuple[int, ...]:
    """Return the ``parts`` numbers of the cursor; ``Invalid`` for a cursor that we did not give for this query."""
    numbers, _, check = cursor.rpartition("-")
    if check == f"{crc32(f'{numbers} {query}'.encode()):08x}" and _NUMBERS.fullmatch(numbers):
        position = tuple(int(number, 16) for number in numbers.split("-"))
        if len(position) == parts:  # a client can compute the checksum, and sees no more by that
            return position
    raise _not_ours()


def _not_ours() -> Invalid:
    return Invalid("cursor_invalid", "This is not a cursor that we gave for this list.", "cursor")
