"""Ids as clients send them: what cannot be one of ours is not looked for."""

from __future__ import annotations

import re

from domain.errors import NotFound

_ID = re.compile(r"[a-z]{3}_[0-9a-f]{25}")


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def an_id(text: str, noun: str) -> str:
    """The id; ``NotFound`` for what we cannot have made."""
    if not is_id(text):
        raise NotFound(noun)
    return text
