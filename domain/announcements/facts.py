"""The facts that a text may name: ``subjects`` reads them, one file for each noun, and the texts use their names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from domain.announcements.recipient import Recipient
from domain.database import Connection


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Texts for people: an amount with its currency, a time in the reader's zone.

    A fact that a noun does not have is empty, and no text of its kinds uses it (a test checks all of them).
    """

    path: str
    """The page of the subject in the app."""
    job: str = ""
    """The job's title."""
    city: str = ""
    other: str = ""
    """The other party's name."""
    amount: str = ""
    when: str = ""
    purpose: str = ""
    """The purpose of a one-time link; its secret is signed into the address when the e-mail is sent."""
    good_until: datetime | None = None
    """When the notification expires."""


Reader = Callable[[Connection, str, Recipient], Facts | None]
"""(connection, the subject's id, the reader); None when the subject does not exist any more."""
