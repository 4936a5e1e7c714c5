"""The cause of a change: actor, time, correlation id and source of ids.  Every use case takes one.

Time and ids are arguments: no function of the domain reads a clock or makes a random number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

NewId = Callable[[str], str]
"""``new_id("pay")`` returns ``"pay_…"``: unique, and ordered by time."""

SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Cause:
    """The actor (an account id, ``system``, ``stripe``, ``operator:name``), the time, and the correlation id.

    The correlation id links a request to its tasks and its webhooks.
    """

    now: datetime
    actor: str
    correlation_id: str
    new_id: NewId
