"""Keyset pages: ``{items, next_cursor}``; no offset is ever counted.

A cursor is the last item's id where ids are the order.  Elsewhere it holds the numbers that are, and a check
over them and the query that they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Protocol, TypeVar
from zlib import crc32

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
P = TypeVar("P")
_NUMBERS = re.compile(r"[0-9a-f]{1,15}(-[0-9a-f]{1,15})*")


def page(kind: Callable[[list[T], str | None], P], items: Sequence[T], limit: int) -> P:
    """A ``kind`` of ``items`` and ``next_cursor``, which is null on the last page.

    There are ``limit + 1`` items at most: the one too many says that there is more.
    """
    shown = list(items[:limit])
    return kind(shown, shown[-1].id if len(items) > limit else None)


def check_cursor(cursor: str | None, prefix: str) -> str | None:
    """``prefix``: of the ids that the list is ordered by.  ``Invalid`` for a cursor that we did not give for it."""
    if cursor is not None and not (is_id(cursor) and cursor.startswith(f"{prefix}_")):
        raise _not_ours()
    return cursor


def cursor_to(position: tuple[int, ...], query: str) -> str:
    """``query`` says in full what is listed and how it is sorted: a cursor is good for that query alone."""
    numbers = "-".join([f"{number:x}" for number in position])
    return f"{numbers}-{crc32(f'{numbers} {query}'.encode()):08x}"


def position_of(cursor: str, query: str, parts: int) -> tuple[int, ...]:
    """So many numbers.  ``Invalid`` for a cursor that we did not give for this query."""
    numbers, _, check = cursor.rpartition("-")
    if check == f"{crc32(f'{numbers} {query}'.encode()):08x}" and _NUMBERS.fullmatch(numbers):
        position = tuple(int(number, 16) for number in numbers.split("-"))
        if len(position) == parts:  # whoever takes the trouble can compute the check, and sees no more by it
            return position
    raise _not_ours()


def _not_ours() -> Invalid:
    return Invalid("cursor_invalid", "This is not a cursor that we gave for this list.", "cursor")
