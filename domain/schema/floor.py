"""The table of the oldest release that may run on this schema; a release reads it when the schema is newer."""

from sqlalchemy import Column, String, Table

from domain.schema.metadata import metadata

schema_floor = Table(
    "schema_floor",
    metadata,
    Column("revision", String(32), primary_key=True),
    sqlite_with_rowid=False,
)
"""The table has one row: the oldest revision whose release works on the schema.

A migration that removes what that release needs raises the revision, in its own transaction.
"""
