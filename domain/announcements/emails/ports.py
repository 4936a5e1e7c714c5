"""The parts of an e-mail: a letter, its templates, and the mail that a carrier takes."""

from __future__ import annotations

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
    """The same letter as plain text and as HTML."""

    text: str
    html: str


class Templates(Protocol):
    def render(self, letter: Letter) -> Pages:
        """Render the letter; nothing in it is treated as markup."""
        ...


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A rendered e-mail.  The carrier returns ``delivery_id`` with every event of this e-mail."""

    delivery_id: str
    to: str
    subject: str
    text: str
    html: str
