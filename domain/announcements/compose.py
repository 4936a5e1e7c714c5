"""Compose one notification for one recipient, in the recipient's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from domain.announcements.catalogue import CATALOGUE, Entry
from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.announcements.texts import text_of
from domain.announcements.texts.text import Text
from domain.database import Connection
from domain.notifications.kinds import Kind


class Notice(msgspec.Struct, frozen=True):
    """A composed notification.  ``path``: where the link leads, within the app."""

    entry: Entry
    text: Text
    facts: Facts

    @property
    def path(self) -> str:
        return self.entry.path or self.facts.path

    @property
    def body(self) -> str:
        return self.text.body_of(self.facts)


def compose(
    connection: Connection,
    kind: str,
    subject_id: str,
    reader: Recipient,
    now: datetime,
    catalogue: Mapping[Kind, Entry] = CATALOGUE,
) -> Notice | None:
    """Compose the notification for one reader.

    Return None when the kind is not in the catalogue (of a newer release, or removed), when its subject does not exist,
    or when the facts have expired.
    """
    known = known_kind(kind)
    entry = catalogue.get(known) if known else None
    if known is None or entry is None:
        return None
    facts = entry.read(connection, subject_id, reader)
    if facts is None or (facts.good_until is not None and facts.good_until <= now):
        return None
    return Notice(entry, text_of(known, reader.language), facts)


def known_kind(kind: str) -> Kind | None:
    return Kind(kind) if kind in Kind.__members__.values() else None
