"""The durable work of this noun."""

from typing import ClassVar

from domain.outbox.work import Work


class Publish(Work, frozen=True, kw_only=True):
    """The time is up: show a review although the other side has written none."""

    task: ClassVar[str] = "reviews.publish"
    queue: ClassVar[str] = "maintenance"
    review_id: str
