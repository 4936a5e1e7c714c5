"""The parts of every webhook's signature check, without an SDK: the web tier imports this file."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

Code = Literal[
    "missing_signature", "malformed_signature", "wrong_signature", "signature_too_old", "signature_in_future"
]
MAXIMUM_DIGITS = 12


class SignatureError(Exception):
    """The signature does not prove that the provider sent the body; ``code`` is stable."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code: Code = code


def is_time(text: str) -> bool:
    """Return whether the text is a time in seconds since 1970."""
    return text.isascii() and text.isdigit() and len(text) <= MAXIMUM_DIGITS


def check_age(signed_at: int, now: datetime, tolerance_s: int) -> None:
    """Raise ``SignatureError`` unless ``signed_at`` is within ``tolerance_s`` of ``now``.

    Call it last: only a sender with the secret learns that the time is wrong.
    """
    age = now.timestamp() - signed_at
    if age > tolerance_s:
        raise SignatureError("signature_too_old", f"The signature is {age:.0f} s old; {tolerance_s} s are accepted.")
    if age < -tolerance_s:
        raise SignatureError("signature_in_future", f"The signature is from {-age:.0f} s ahead of our clock.")
