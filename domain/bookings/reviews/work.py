"""The tasks of reviews."""

from datetime import datetime
from typing import ClassVar

from domain.platform.outbox.work import Work


class Publish(Work, frozen=True, kw_only=True):
    """Publish a review at ``at``, although the other side has not written one."""

    task: ClassVar[str] = "reviews.publish"
    queue: ClassVar[str] = "maintenance"
    review_id: str
    at: datetime
