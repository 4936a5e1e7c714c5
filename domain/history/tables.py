"""The table of every change of status of every noun, append-only: from, to, actor, cause, time."""

from sqlalchemy import Column, String, Table

from domain.schema import id_column, instant_column, metadata

history = Table(
    "history",
    metadata,
    Column("subject_id", String(40), primary_key=True),
    id_column(),  # the order of the changes of one subject
    Column("from_status", String(20), nullable=True),  # None: the subject was created
    Column("to_status", String(20), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("correlation_id", String(64), nullable=False),
    instant_column("at"),
    sqlite_with_rowid=False,
)
