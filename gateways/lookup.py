"""How the platform resolves a call whose outcome is unknown: each gateway declares it, and the docs show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One kind of call.  ``same_key_for`` is None for a call without a key, for the reason that ``repeat`` gives."""

    call: str
    same_key_for: timedelta | None
    repeat: str
    stored: str
    look_up: str
    absent: str
