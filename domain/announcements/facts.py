"""The facts that a text may name: ``subjects`` reads them, one file a noun, and the texts use them by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from domain.announcements.recipient import Recipient
from domain.database import Connection


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Words for people: an amount with its currency, a time in the reader's zone.  What a noun does not know is
    empty, and no text of its kinds speaks of it (a test tries them all)."""

    path: str
    """Where in the app it is to be seen."""
    job: str = ""
    """The job's title."""
    city: str = ""
    other: str = ""
    """The other side's name."""
    amount: str = ""
    when: str = ""
    purpose: str = ""
    """The purpose of a one-time link; its secret is signed into the address when the e-mail is sent."""
    good_until: datetime | None = None
    """When there is no use in telling any more."""


Reader = Callable[[Connection, str, Recipient], Facts | None]
"""(connection, the subject's id, who is told); None when there is no such subject any more."""
