"""How a call whose outcome is unknown is resolved: declared by each provider, rendered into the docs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One call.  ``same_key_for`` None: it has no key, for the reason that ``repeat`` gives."""

    call: str
    same_key_for: timedelta | None
    repeat: str
    stored: str
    look_up: str
    absent: str
