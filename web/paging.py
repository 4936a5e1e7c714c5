"""Keyset pages: ``{items, next_cursor}``.  The cursor is the last item's id; no offset is ever counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Protocol, TypeVar

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


def page(kind: Callable[[list[T], str | None], P], items: Sequence[T], limit: int) -> P:
    """A ``kind`` of ``items`` and ``next_cursor``, which is null on the last page.

    There are ``limit + 1`` items at most: the one too many says that there is more.
    """
    shown = list(items[:limit])
    return kind(shown, shown[-1].id if len(items) > limit else None)


def check_cursor(cursor: str | None) -> str | None:
    if cursor is not None and not is_id(cursor):
        raise Invalid("cursor_invalid", "This is not a cursor that we gave.", "cursor")
    return cursor
