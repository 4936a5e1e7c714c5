"""``INSERT … ON CONFLICT`` for both databases.

SQLAlchemy has no common construct, but SQLite and PostgreSQL compile PostgreSQL's construct alike.  This module is the
only one that relies on this fact, and a test compiles the construct for both.
"""

from sqlalchemy.dialects.postgresql import insert as upsert

__all__ = ["upsert"]
