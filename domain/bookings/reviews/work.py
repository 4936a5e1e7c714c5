"""The durable work of this noun."""

from datetime import datetime
from typing import ClassVar

from domain.platform.outbox.work import Work


class Publish(Work, frozen=True, kw_only=True):
    """The time is up: show a review although the other side has written none.  ``at``: when it is up; the release
    before did not say."""

    task: ClassVar[str] = "reviews.publish"
    queue: ClassVar[str] = "maintenance"
    review_id: str
    at: datetime | None = None
