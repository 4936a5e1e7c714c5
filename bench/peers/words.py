"""Full text search of the tuned peer, in each database's own way; the naive one asks with LIKE."""

from __future__ import annotations

MAKE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE job_words USING fts5(title, description, content='jobs', detail=none)",
        "INSERT INTO job_words (rowid, title, description) SELECT rowid, title, description FROM jobs",
        "INSERT INTO job_words (job_words) VALUES ('optimize')",
    ),
    "postgresql": (
        "ALTER TABLE jobs ADD COLUMN words tsvector "
        "GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || description)) STORED",
        "CREATE INDEX ix_jobs_words ON jobs USING gin (words)",
    ),
}
FOUND = {
    "sqlite": "EXISTS (SELECT 1 FROM job_words WHERE job_words MATCH :words AND job_words.rowid = jobs.rowid)",
    "postgresql": "jobs.words @@ plainto_tsquery('simple', :words)",
}
"""True for the jobs that have all the words bound as ``words``."""
ADD = "INSERT INTO job_words (rowid, title, description) SELECT rowid, :title, :description FROM jobs WHERE id = :id"
"""SQLite only: PostgreSQL generates the column."""


def all_of(query: str) -> str:
    """Returns words of ``q`` between quotes, which mean nothing to FTS5; PostgreSQL ignores the quotes."""
    return " ".join(f'"{word}"' for word in query.replace('"', " ").split())
