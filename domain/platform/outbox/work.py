"""The arguments of a queued task, with the names of its task and of its queue.

A noun declares its work beside its verbs, so that a use case can queue a task without importing Celery.  ``tasks``
declares how a task runs, and a test checks that both lists agree.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

AWAITED = {
    "payments": "It moves money, and somebody waits for that: have its booking cancelled, or pause the queue.",
    "webhooks": "It is a provider's word that is told once: pause the queue, or let it run.",
    "lookups": "It asks a provider what became of somebody's money: pause the queue, or let it run.",
}
"""Queues whose tasks cannot be cancelled, because something waits for each, and what to do instead."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of a task.  Subclass with ``frozen=True, kw_only=True``, ``task`` and ``queue``.

    ``v`` is the version of the arguments.  Raise its default when they change meaning, and let the task read the
    versions that may still be queued.
    """

    task: ClassVar[str]
    queue: ClassVar[str]
    v: int = 1

    @property
    def subject(self) -> str:
        """Return the id that the work is about: ``subject_id``, or the first field of an id; empty without one."""
        names = [name for name in self.__struct_fields__ if name.endswith("_id")]
        return str(getattr(self, "subject_id" if "subject_id" in names else names[0])) if names else ""


_arguments = msgspec.json.Decoder(dict[str, Any])


def subjects(args: str) -> list[str]:
    """Return the ids that a row's arguments name, such as ``pay_…``: the fields whose names end with ``_id``.

    Logs and Flower show these ids, so a field with such a name must not hold a secret.
    """
    named = _arguments.decode(args).items()
    return [value for name, value in named if name.endswith("_id") and isinstance(value, str)]
