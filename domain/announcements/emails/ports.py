"""The ports of e-mail: templates and the carrier, in no provider's words."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import msgspec


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of an e-mail, in plain text; ``subject`` is one line."""

    language: str
    subject: str
    greeting: str
    title: str
    body: str
    action: str
    url: str
    link_hint: str
    footer: str


class Pages(msgspec.Struct, frozen=True):
    """The same letter twice."""

    text: str
    html: str


class Templates(Protocol):
    def render(self, letter: Letter) -> Pages:
        """Nothing in the letter is taken for markup."""
        ...


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """``email_id`` comes back with every event of this mail."""

    email_id: str
    to: str
    subject: str
    text: str
    html: str


class Sent(msgspec.Struct, frozen=True):
    """The carrier has it."""

    provider_id: str | None


class News(StrEnum):
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    """The address does not exist, or not for us: it is not written to again."""
    BLOCKED = "blocked"
    """This mail was turned away; the next may not be."""
    DROPPED = "dropped"
    """The carrier does not write to this address."""
    REPORTED = "reported"
    """Its reader calls it spam."""
    UNSUBSCRIBED = "unsubscribed"


class MailEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the carrier about one e-mail."""

    event_id: str
    occurred_at: datetime
    email_id: str
    news: News
    detail: str | None = None


class Mails(Protocol):
    """Not thread safe: all calls come from one event loop.  Every call may raise one of
    :mod:`domain.provider_errors`; ``deadline`` bounds the whole of it."""

    async def send(self, mail: Mail, deadline: timedelta) -> Sent:
        """There are no keys: a mail whose outcome is unknown may have gone, and sent again it goes again."""
        ...

    async def close(self) -> None:
        """Give the connections back; no call may follow."""
        ...
