"""The tables of the outbox (a row is a task), of its attempts, and of the operators' settings of queues."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    case,
    literal_column,
    text,
)

from domain.platform.outbox.states import TaskStatus
from domain.schema import Instant, Json, id_column, instant_column, metadata
from domain.schema.types import EPOCH

AT_ONCE = EPOCH
"""The ``run_at`` of a row that is due when it is made.

The row carries no time: the clock of its host may be an hour ahead, and the row would then wait for an hour.
"""

outbox = Table(
    "outbox",
    metadata,
    id_column(),
    Column("task", String(80), nullable=False),
    Column("args", Text, nullable=False),  # JSON, written and read by the task's own Work struct
    Column("queue", String(40), nullable=False),
    Column("status", String(12), nullable=False),
    instant_column("run_at"),  # AT_ONCE, or the time before which the task does not run
    Column("attempts", Integer, nullable=False),
    instant_column("sent_at", nullable=True),
    instant_column("lease_until", nullable=True),
    Column("lease_token", Integer, nullable=False),  # the fencing token: grows with every claim
    Column("worker", String(80), nullable=True),
    Column("error", Text, nullable=True),
    Column("correlation_id", String(64), nullable=False),
    Column("unique_key", String(120), nullable=True),
    instant_column("created_at"),
    instant_column("finished_at", nullable=True),
    CheckConstraint(f"status IN ({', '.join(repr(s.value) for s in TaskStatus)})", name="status"),
    sqlite_with_rowid=False,
)
is_at_once = outbox.c.run_at == bindparam("at_once", AT_ONCE, type_=Instant())
due_since = case((is_at_once, outbox.c.created_at), else_=outbox.c.run_at)
"""When a row became due, or will."""
Index(
    "ix_outbox_pending",
    outbox.c.queue,
    outbox.c.run_at,
    outbox.c.id,
    sqlite_where=text("status = 'pending'"),
    postgresql_where=text("status = 'pending'"),
)
Index(
    "ix_outbox_sent",
    outbox.c.queue,
    outbox.c.sent_at,
    sqlite_where=text("status = 'sent'"),
    postgresql_where=text("status = 'sent'"),
)
Index(
    "ix_outbox_running",
    outbox.c.lease_until,
    sqlite_where=text("status = 'running'"),
    postgresql_where=text("status = 'running'"),
)
Index(
    "ix_outbox_finished",
    outbox.c.status,
    outbox.c.finished_at,
    sqlite_where=text("finished_at IS NOT NULL"),
    postgresql_where=text("finished_at IS NOT NULL"),
)
Index(
    "uq_outbox_unique_key",
    outbox.c.unique_key,
    unique=True,
    sqlite_where=text("unique_key IS NOT NULL"),
    postgresql_where=text("unique_key IS NOT NULL"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("outbox_id", String(40), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("task", String(80), nullable=False),
    Column("worker", String(80), nullable=False),
    Column("request_key", String(120), nullable=True),
    instant_column("started_at"),
    instant_column("finished_at", nullable=True),
    Column("outcome", String(12), nullable=True),
    Column("provider_id", String(120), nullable=True),
    Column("detail", Text, nullable=True),
    Column("calls", Json, nullable=True),  # a list of ProviderCall
    Index("ix_attempt_task_started_at", "task", "started_at"),
    sqlite_with_rowid=False,
)

queue_control = Table(
    "queue_control",
    metadata,
    Column("queue", String(40), primary_key=True),
    Column("paused", Boolean, nullable=False),
    Column("rate_per_1000_s", Integer, nullable=True),  # rows; None: no limit
    Column("reason", Text, nullable=True),
    Column("actor", String(80), nullable=False),
    instant_column("changed_at"),
    sqlite_with_rowid=False,
)


def in_status(*statuses: TaskStatus) -> ColumnElement[bool]:
    """Return a condition with literals: SQLite uses a partial index only for a literal that its condition names."""
    literals: list[ColumnElement[str]] = [literal_column(f"'{status.value}'") for status in statuses]
    return outbox.c.status == literals[0] if len(literals) == 1 else outbox.c.status.in_(literals)
