"""Tokens that were checked, kept until they expire."""

from __future__ import annotations

import time

from bench.peers.security import BadToken, claims_of

_LARGEST = 10_000
_checked: dict[str, tuple[str, float]] = {}


def account_of(authorization: str | None, secret: str) -> str:
    """The account's id; ``BadToken``."""
    known = _checked.get(authorization or "")
    if known is not None:
        if known[1] <= time.time():
            raise BadToken("expired")
        return known[0]
    claims = claims_of(authorization, secret)
    if len(_checked) >= _LARGEST:
        _checked.clear()
    _checked[authorization or ""] = (claims["sub"], float(claims["exp"]))
    return claims["sub"]
