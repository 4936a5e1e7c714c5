"""The table of in-app notifications."""

from sqlalchemy import Column, Index, String, Table, Text, UniqueConstraint, text

from domain.schema import id_column, instant_column, metadata

_IS_UNREAD = text("read_at IS NULL")

notification = Table(
    "notification",
    metadata,
    id_column(),
    Column("account_id", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject_id", String(40), nullable=False),
    Column("occasion", String(40), nullable=False, server_default=""),  # distinguishes repeats of one kind and subject
    Column("title", String(120), nullable=False, server_default=""),  # the text as it was delivered
    Column("body", Text, nullable=False, server_default=""),
    Column("path", String(200), nullable=False, server_default=""),  # where the link leads, within the app
    instant_column("created_at"),
    instant_column("read_at", nullable=True),
    Column("correlation_id", String(64), nullable=False),
    # One event notifies one person once, however often its task ran.
    UniqueConstraint("account_id", "kind", "subject_id", "occasion", name="uq_notification_event"),
    Index("ix_notification_account_id", "account_id", "id"),
    Index("ix_notification_unread", "account_id", "id", sqlite_where=_IS_UNREAD, postgresql_where=_IS_UNREAD),
    sqlite_with_rowid=False,
)
