"""Jobs that clients post."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from domain.schema import Real, id_column, instant_column, metadata

job = Table(
    "job",
    metadata,
    id_column(),
    Column("client_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("category", String(40), nullable=False),
    Column("city", String(100), nullable=False),
    Column("budget_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", String(12), nullable=False),
    instant_column("created_at"),
    Column("latitude", Real, nullable=True),  # degrees, rounded so that they lead to no front door
    Column("longitude", Real, nullable=True),
    Column("wanted_from", Date, nullable=True),
    Column("wanted_until", Date, nullable=True),
    Column("open_days", Integer, nullable=False, server_default="30"),  # how long the job is open after each opening
    Column("version", Integer, nullable=False, server_default="1"),  # grows with every edit
    instant_column("posted_at", nullable=True),  # the last opening; None: never opened, only its client sees it
    instant_column("expires_at", nullable=True),
    Column("place", BigInteger, nullable=True),  # in the list of the newest jobs: see place.py
    Column("applicants", Integer, nullable=False, server_default="0"),  # a trigger on `application` counts them
    CheckConstraint("budget_minor > 0", name="budget_minor"),
    Index("ix_job_client_id", "client_id", "id"),
    Index("ix_job_listed", "status", "place", "id"),
    # With a rowid, unlike the small tables: without one, SQLite stores whole rows in the tree of the key.  Descriptions
    # make this tree twice as deep, and a page of jobs descends it twenty times.
)
# For lists that read many jobs to show few: the database reads these columns from the index, without the rows.
Index("ix_job_place", job.c.place, job.c.budget_minor, job.c.latitude, job.c.longitude, job.c.posted_at, job.c.id)
Index("ix_job_budget", job.c.status, job.c.currency, job.c.budget_minor, job.c.place, job.c.id)
