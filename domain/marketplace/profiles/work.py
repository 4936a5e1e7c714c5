"""The durable work of this noun."""

from typing import ClassVar

from domain.platform.outbox.work import Work


class ListOld(Work, frozen=True, kw_only=True):
    """Store the terms of the workers whose profiles are older than the directory.  ``after``: from this account on."""

    task: ClassVar[str] = "profiles.list_old"
    queue: ClassVar[str] = "maintenance"
    after: str = ""
