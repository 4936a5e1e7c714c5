"""The table of heartbeats: each process writes its row every few seconds, and all others read it."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from domain.schema import Json, id_column, instant_column, metadata

process = Table(
    "process",
    metadata,
    id_column(),  # host:pid:started
    Column("role", String(40), nullable=False),
    Column("host", String(80), nullable=False),
    Column("pid", Integer, nullable=False),
    instant_column("started_at"),
    instant_column("seen_at"),
    Column("broker_ok", Boolean, nullable=True),  # None: this process does not talk to the broker
    Column("detail", Json, nullable=False),
    Index("ix_process_seen_at", "seen_at"),
    sqlite_with_rowid=False,
)
