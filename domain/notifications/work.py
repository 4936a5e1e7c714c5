"""The queued tasks of notifications."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class Deliver(Work, frozen=True, kw_only=True):
    """Notify one account of one event."""

    task: ClassVar[str] = "notifications.deliver"
    queue: ClassVar[str] = "notifications"
    account_id: str
    kind: str
    subject_id: str
    occasion: str = ""
