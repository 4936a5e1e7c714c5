"""Confirm that the provider has nothing of what we sent: wait, look up again, and only then send under a new key.

Providers list their objects a little late, so one empty answer proves nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, select, update

from domain.cause import Cause
from domain.database import Connection
from domain.schema import Instant


class Absence:
    """Record absences in a table with ``absent_since``, ``generation`` (of the key) and ``submitted_at``."""

    def __init__(self, table: Table) -> None:
        mine = table.c.id == bindparam("of_id")
        self._read = select(table.c.absent_since, table.c.generation, table.c.submitted_at).where(mine)
        self._note = (
            update(table)
            .where(mine)
            .values(
                absent_since=bindparam("since", type_=Instant()),
                generation=bindparam("nth"),
                submitted_at=bindparam("sent", type_=Instant()),
            )
        )

    def note(self, connection: Connection, cause: Cause, row_id: str, *, confirm_after: timedelta) -> datetime:
        """Record that a look-up found nothing; return when the task continues.

        After the first absence, the task looks up again ``confirm_after`` later.  After the second, the task sends
        again at once, under a new key.
        """
        since, generation, submitted_at = connection.run(self._read, of_id=row_id).one()
        if since is None:
            connection.run(self._note, of_id=row_id, since=cause.now, nth=generation, sent=submitted_at)
            return cause.now + confirm_after
        again_at: datetime = since + confirm_after
        if cause.now < again_at:
            return again_at
        # A new key is valid from now: with the old time, it would count as expired at the provider at once.
        connection.run(self._note, of_id=row_id, since=None, nth=generation + 1, sent=cause.now)
        return cause.now
