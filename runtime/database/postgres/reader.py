"""Reads on PostgreSQL; all statements of a read see one snapshot."""

from __future__ import annotations

from runtime.database.postgres.connection import PipelinedConnection
from runtime.database.postgres.session import Session

READ_ONLY = "SET default_transaction_read_only = on"
_BEGIN = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",)


class ReadSession(Session):
    """Runs reads.  A unit with one statement takes one round trip: BEGIN travels with it, and the session does not wait
    for the COMMIT."""

    settings = (READ_ONLY,)

    def _begin(self, connection: PipelinedConnection, _begin: tuple[str, ...]) -> None:
        connection.begin(_BEGIN)  # it conflicts with no other transaction

    def _end(self, connection: PipelinedConnection) -> None:
        if connection.unread:
            connection.wait()
            connection.check()
        connection.command("COMMIT")
        connection.wire.sync()
