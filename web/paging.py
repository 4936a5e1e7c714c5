"""Keyset pages: ``{items, next_cursor}``.  The cursor is the last item's id; no offset is ever counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Generic, Protocol, TypeVar

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


class Page(msgspec.Struct, Generic[T], frozen=True):
    """``next_cursor`` is null on the last page."""

    items: list[T]
    next_cursor: str | None


def page(items: Sequence[T], limit: int) -> Page[T]:
    """From ``limit + 1`` items at most: the one too many says that there is more."""
    shown = list(items[:limit])
    return Page(shown, shown[-1].id if len(items) > limit else None)


def check_cursor(cursor: str | None) -> str | None:
    if cursor is not None and not is_id(cursor):
        raise Invalid("cursor_invalid", "This is not a cursor that we gave.", "cursor")
    return cursor
