"""The table of the inbox: every event that a provider sent and signed, once."""

from sqlalchemy import Column, Index, String, Table, Text, text

from domain.platform.inbox.states import EventOutcome
from domain.schema import instant_column, metadata

_IS_ALARM = text(f"outcome = '{EventOutcome.ALARM.value}'")
_HAS_SUBJECT = text("subject_id IS NOT NULL")

inbox = Table(
    "inbox",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("event_id", String(120), primary_key=True),
    Column("payload", Text, nullable=False),
    instant_column("received_at"),
    instant_column("handled_at", nullable=True),
    Column("outcome", String(12), nullable=True),
    Column("detail", Text, nullable=True),
    Column("subject_id", String(40), nullable=True),  # the event's object; None until it is handled, or not ours
    Index("ix_inbox_received_at", "received_at"),
    Index("ix_inbox_alarm", "received_at", sqlite_where=_IS_ALARM, postgresql_where=_IS_ALARM),
    Index("ix_inbox_subject_id", "subject_id", sqlite_where=_HAS_SUBJECT, postgresql_where=_HAS_SUBJECT),
    # This table has a rowid, unlike the small ones: payloads of some kilobytes do not belong in an index's tree.
)
