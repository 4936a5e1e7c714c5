"""The durable work of this noun."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class Send(Work, frozen=True, kw_only=True):
    """Write to one person of one event."""

    task: ClassVar[str] = "notifications.email"
    queue: ClassVar[str] = "notifications"
    email_id: str
