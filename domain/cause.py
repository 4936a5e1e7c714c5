"""The cause of a change: actor, time, correlation id and source of ids. Every use case takes one.

Time and ids are arguments: nothing in the domain reads a clock or makes a random number by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

NewId = Callable[[str], str]
"""``new_id("pay")`` gives ``"pay_…"``: unique, and ordered by time."""

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Cause:
    """The actor (an account id, ``system``, ``stripe``, ``operator:name``), the moment, and the
    correlation id that ties a request to its tasks and its webhooks."""

    now: datetime
    actor: str
    correlation_id: str
    new_id: NewId
