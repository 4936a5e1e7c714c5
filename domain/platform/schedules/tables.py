"""The last slot of every schedule, so that a restarted beat knows what it missed."""

from sqlalchemy import Column, String, Table

from domain.schema import instant_column, metadata

schedule = Table(
    "schedule",
    metadata,
    Column("name", String(80), primary_key=True),
    instant_column("last_slot"),
    sqlite_with_rowid=False,
)
