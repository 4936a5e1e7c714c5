"""Check the ids that clients send, so that the database is not queried for an id that we cannot have made."""

from __future__ import annotations

import re

from domain.errors import NotFound

_ID = re.compile(r"[a-z]{3}_[0-9a-f]{25}")


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def an_id(text: str, noun: str) -> str:
    """Return the id; ``NotFound``, with ``noun``, for an id that we cannot have made."""
    if not is_id(text):
        raise NotFound(noun)
    return text
