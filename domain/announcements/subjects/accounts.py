"""Read the facts of an account, for its own notifications."""

from domain.announcements.facts import Facts
from domain.announcements.recipient import Recipient
from domain.database import Connection


def read(_connection: Connection, subject_id: str, reader: Recipient) -> Facts | None:
    return Facts(path="/me") if subject_id == reader.id else None
