"""The durable work of this noun."""

from typing import ClassVar

from domain.outbox.work import Work


class Process(Work, frozen=True, kw_only=True):
    """Apply one event of the inbox."""

    task: ClassVar[str] = "webhooks.process"
    queue: ClassVar[str] = "webhooks"
    provider: str
    event_id: str
