"""``INSERT … ON CONFLICT`` for both databases.

SQLAlchemy has no common construct, but the two dialects compile PostgreSQL's alike; one name for it
keeps that piece of knowledge in one place, and a test compiles it for both.
"""

from sqlalchemy.dialects.postgresql import insert as upsert

__all__ = ["upsert"]
