"""The relay process checkpoints the database's log for all processes: no request or task waits for a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

from runtime.database import open_checkpointer

EVERY = timedelta(seconds=1)


@contextmanager
def checkpoints(database_url: str) -> Iterator[None]:
    """Checkpoint on a thread of its own until the end of the block."""
    with closing(open_checkpointer(database_url)) as checkpointer:
        checkpointer.start(every=EVERY)
        yield
