"""Check that a PostgreSQL server has enough connections for the processes of a stack.

Processes open connections when they need them, so a server with too few refuses them under the highest load.
"""

from __future__ import annotations

from collections.abc import Sequence

from cli.stack.errors import StackError
from cli.stack.programs import Program
from domain.platform.queues import CELERY_WORKERS, FORKING
from runtime.database import LOOP_READERS, READERS, WEB_READERS, WEB_WRITERS, WRITERS, open_engine
from runtime.database.engine import is_sqlite

OURS = READERS + WRITERS
WATCH, LOCK = 1, 1
FORKED = 3  # the process and the children of its pool
NEEDED = {
    "web": WEB_READERS + WEB_WRITERS + WATCH + LOOP_READERS,
    "relay": OURS + WATCH + LOCK,
    "beat": OURS,
    "exporter": OURS,
    **dict.fromkeys(CELERY_WORKERS, OURS),
    **dict.fromkeys(FORKING, OURS * FORKED),
}
OPERATOR = OURS
"""Connections for one operator's command beside the processes."""
_ROOM = """
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
        (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())
"""


def needed(table: Sequence[Program]) -> int:
    return sum(NEEDED.get(program.name, 0) * program.copies for program in table) + OPERATOR


def check_connections(url: str, table: Sequence[Program]) -> None:
    """Raise ``StackError`` when the server could refuse some of the connections."""
    if is_sqlite(url):
        return
    with open_engine(url).connect() as connection:
        most, used = connection.exec_driver_sql(_ROOM).one()
    if most - used < needed(table):
        raise StackError(
            f"DATABASE_URL: the server takes {most} connections, {used} are in use, and these processes may need "
            f"{needed(table)}: raise its max_connections, or start fewer"
        )
