"""What a release that meets a later one's schema reads: may it run on that?"""

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
