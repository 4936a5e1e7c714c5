"""The oldest release that may run on this schema; a release that meets a later schema reads it."""

from sqlalchemy import Column, String, Table

from domain.schema.metadata import metadata

schema_floor = Table(
    "schema_floor",
    metadata,
    Column("revision", String(32), primary_key=True),
    sqlite_with_rowid=False,
)
"""One row: the oldest revision whose release works on the schema.  A migration that takes away what that release needs
raises it, in its own transaction."""
