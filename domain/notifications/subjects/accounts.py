"""An account, told of itself."""

from domain.database import Connection
from domain.notifications.facts import Facts
from domain.notifications.recipient import Recipient


def read(_connection: Connection, subject_id: str, reader: Recipient) -> Facts | None:
    return Facts(path="/me") if subject_id == reader.id else None
