"""Format values for texts: one line of a user's text, an amount, a time."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.currencies import CURRENCIES

LONGEST_LINE = 200
MORE = "…"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def one_line(text: str, most: int = LONGEST_LINE) -> str:
    """Return the text as one line that is safe in a subject or a sentence.

    It has no line ends of any alphabet, no control characters, and no marks that change the direction of the text after
    them.  Its length is at most ``most``.
    """
    kept = "".join(" " if _breaks(c) else c for c in text[: 8 * most])
    line = " ".join(kept.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + MORE


def _breaks(character: str) -> bool:
    """Return whether the character is a control, a format (such as a bidirectional mark) or a surrogate.

    The separators of lines and of paragraphs count too.
    """
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def amount(minor: int, code: str) -> str:
    """Return ``90.00 USD``, with the currency's decimals; ``9000 XYZ (minor units)`` for one that we do not trade."""
    known = CURRENCIES.get(code)
    if known is None:  # a provider may take money in any currency
        return f"{minor} {code.upper()} (minor units)"
    exponent = known.exponent
    whole, rest = divmod(abs(minor), 10**exponent)
    decimals = f".{rest:0{exponent}}" if exponent else ""
    return f"{'-' if minor < 0 else ''}{whole}{decimals} {code.upper()}"


def moment(at: datetime, time_zone: str) -> str:
    """Return ``Mon 23 Nov 2026, 13:00 (Europe/Berlin)``; in UTC when the zone is not known on this host."""
    try:
        zone, name = ZoneInfo(time_zone), time_zone
    except (ZoneInfoNotFoundError, ValueError):
        zone, name = ZoneInfo("UTC"), "UTC"
    local = at.astimezone(UTC).astimezone(zone)
    day = f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {local:%H:%M} ({name})"
