"""Parse the time of a log line, and an operator's ``10m`` or ``07:30``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_AGO = re.compile(r"(\d{1,6})([smhd])")
_OURS = re.compile(rb'"timestamp":"([^"]{10,40})"')
_MANAGER = re.compile(rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(\d{3}) ")
_BROKER = re.compile(rb"\d+:\w (\d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d{3}) ")


def moment(text: str, now: datetime) -> datetime:
    """Return the time that a text stands for: ``10m`` (ago; s, m, h or d), ``07:30`` (today) or ``2026-11-30T07:30``.

    The text is in UTC unless it names a zone.  ``ValueError`` for any other text."""
    if ago := _AGO.fullmatch(text):
        return now - timedelta(**{UNITS[ago[2]]: int(ago[1])})
    try:
        given = datetime.combine(now.date(), time.fromisoformat(text))
    except ValueError:
        given = datetime.fromisoformat(text)
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def written_at(line: bytes) -> datetime | None:
    """Return when a line was written; None without a time.  Supervisor and the broker write the local time."""
    if found := _OURS.search(line):
        return datetime.fromisoformat(found[1].decode())
    if found := _MANAGER.match(line):
        return datetime.fromisoformat(f"{found[1].decode()}.{found[2].decode()}").astimezone()
    if found := _BROKER.match(line):
        return datetime.strptime(found[1].decode(), "%d %b %Y %H:%M:%S.%f").astimezone()
    return None
