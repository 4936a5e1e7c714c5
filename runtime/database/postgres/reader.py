"""Reads on PostgreSQL that see one moment of the database in all their statements."""

from __future__ import annotations

from runtime.database.postgres.connection import PipelinedConnection
from runtime.database.postgres.session import Session

READ_ONLY = "SET default_transaction_read_only = on"
_BEGIN = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",)


class ReadSession(Session):
    """A unit with one statement takes one round trip: its BEGIN goes with it, and nobody waits for the COMMIT."""

    settings = (READ_ONLY,)

    def _begin(self, connection: PipelinedConnection, _begin: tuple[str, ...]) -> None:
        connection.begin(_BEGIN)  # it conflicts with nobody

    def _end(self, connection: PipelinedConnection) -> None:
        if connection.unread:
            connection.wait()
            connection.check()
        connection.command("COMMIT")
        connection.wire.sync()
