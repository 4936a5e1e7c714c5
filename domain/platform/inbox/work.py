"""The queued tasks of the inbox."""

from hashlib import blake2b
from typing import ClassVar

from domain.platform.outbox.work import Work


class Process(Work, frozen=True, kw_only=True):
    """Apply one event of the inbox."""

    task: ClassVar[str] = "webhooks.process"
    queue: ClassVar[str] = "webhooks"
    provider: str
    event_id: str


def process_key(work: Process) -> str:
    """Return the unique key of the task that applies an event; its length does not depend on the provider's id."""
    return f"event:{blake2b(f'{work.provider} {work.event_id}'.encode(), digest_size=20).hexdigest()}"
