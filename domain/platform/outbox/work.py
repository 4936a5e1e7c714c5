"""The arguments of a durable task, with the names of its task and of its queue.

A noun declares its work beside its verbs, so that a use case can queue it without knowing
Celery; ``tasks`` declares how it is run, and a test proves that both lists agree.
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

AWAITED = {
    "payments": "It moves money, and somebody waits for that: have its booking cancelled, or pause the queue.",
    "webhooks": "It is a provider's word that is told once: pause the queue, or let it run.",
    "lookups": "It asks a provider what became of somebody's money: pause the queue, or let it run.",
}
"""Queues of whose tasks none is cancelled, and what to do instead: what waits for the task would wait for ever."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Subclass with ``frozen=True, kw_only=True``, ``task`` and ``queue``; fields are the arguments.

    ``v`` is the version of the arguments: raise its default when they change meaning, and let
    the task read the versions that may still be queued.
    """

    task: ClassVar[str]
    queue: ClassVar[str]
    v: int = 1

    @property
    def subject(self) -> str:
        """The id that the work is about: ``subject_id``, or the first field that holds an id; empty without one."""
        names = [name for name in self.__struct_fields__ if name.endswith("_id")]
        return str(getattr(self, "subject_id" if "subject_id" in names else names[0])) if names else ""


_arguments = msgspec.json.Decoder(dict[str, Any])


def subjects(args: str) -> list[str]:
    """Returns the ids that a row's arguments name, such as ``pay_…``: the fields whose names end with ``_id``.

    Logs and Flower show them, so a field with such a name must not hold a secret.
    """
    named = _arguments.decode(args).items()
    return [value for name, value in named if name.endswith("_id") and isinstance(value, str)]
