"""Every change of state of every noun, append-only: from, to, actor, cause, time."""

from sqlalchemy import Column, Index, String, Table

from domain.schema import id_column, instant_column, metadata

history = Table(
    "history",
    metadata,
    id_column(),
    Column("subject_id", String(40), nullable=False),
    Column("from_state", String(20), nullable=True),  # None: it came into being
    Column("to_state", String(20), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("correlation_id", String(64), nullable=False),
    instant_column("at"),
    Index("ix_history_subject_id", "subject_id", "id"),
    sqlite_with_rowid=False,
)
