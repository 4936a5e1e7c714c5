"""Messages between the two parties, and how far each has read.

A thread belongs to an application, and continues when the application becomes a booking.  The people and the job stay
the same, an application leads to at most one booking, and both need their earlier agreements after the hire.  So a
thread has no row of its own; it has two sides from its first message on.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from domain.schema import id_column, instant_column, metadata

message = Table(
    "message",
    metadata,
    id_column(),
    Column("application_id", String(40), ForeignKey("application.id"), nullable=False),
    Column("author_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("text", Text, nullable=False),
    instant_column("created_at"),
    Index("ix_message_application_id", "application_id", "id"),
    sqlite_with_rowid=False,
)

side = Table(
    "message_side",
    metadata,
    Column("application_id", String(40), ForeignKey("application.id"), primary_key=True),
    Column("account_id", String(40), ForeignKey("account.id"), primary_key=True),
    Column("other_id", String(40), ForeignKey("account.id"), nullable=False),
    Column("last_message_id", String(40), nullable=False),  # of the thread; orders a person's threads
    Column("read_up_to", String(40), nullable=True),  # the id of a message; None: nothing read yet
    Column("unread", Integer, nullable=False),  # messages of the other side after `read_up_to`
    Index("ix_message_side_account_id", "account_id", "last_message_id"),
    sqlite_with_rowid=False,
)
Index(
    "ix_message_side_unread",
    side.c.account_id,
    side.c.unread,
    sqlite_where=text("unread > 0"),
    postgresql_where=text("unread > 0"),
)
