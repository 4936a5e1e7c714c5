"""The table of every schedule's last slot, so that a restarted beat finds the slots that it missed."""

from sqlalchemy import Column, String, Table

from domain.schema import instant_column, metadata

schedule = Table(
    "schedule",
    metadata,
    Column("name", String(80), primary_key=True),
    instant_column("last_slot"),
    sqlite_with_rowid=False,
)
