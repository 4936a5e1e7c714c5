"""The faults of a fake provider's next calls."""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import timedelta
from enum import Enum

from domain.provider_errors import RATE_LIMITED, OutcomeUnknown, ProviderError, TryLater

PROVIDER = "fake"


class Fault(Enum):
    """How a call fails.  The provider repeats a stored failure for its key from then on."""

    UNREACHABLE = "nobody answers the door"
    RATE_LIMITED = "turned away, for a second"
    CROWDED = "turned away, without a time"
    LOST_BEFORE = "cut off before anything happened"
    LOST_AFTER = "done, but the answer was lost"
    HANG = "no answer within the deadline, nothing done"
    STORED_BEFORE = "a stored 500, nothing done"
    STORED_AFTER = "a stored 500, done all the same"


STORED = frozenset({Fault.STORED_BEFORE, Fault.STORED_AFTER})
DONE = frozenset({Fault.LOST_AFTER, Fault.STORED_AFTER})
"""Faults of calls that had their effect."""


class Faults:
    """The faults of a fake's next calls."""

    def __init__(self) -> None:
        self._next: deque[Fault] = deque()

    def fail_next(self, *faults: Fault) -> None:
        """Let the next calls fail: one fault for each call, in this order."""
        self._next.extend(faults)

    async def meet(self) -> Fault | None:
        """Raise a fault that comes before the call could have an effect; return any other, or None without a fault."""
        await asyncio.sleep(0)  # as any real call does, so that concurrent calls take turns
        fault = self._next.popleft() if self._next else None
        match fault:
            case Fault.UNREACHABLE:
                raise TryLater(PROVIDER, "not_reached", fault.value)
            case Fault.RATE_LIMITED:
                raise TryLater(PROVIDER, RATE_LIMITED, fault.value, 1.0)
            case Fault.CROWDED:
                raise TryLater(PROVIDER, RATE_LIMITED, fault.value)
        return fault

    async def meet_reading(self, deadline: timedelta) -> None:
        """Raise ``TryLater`` for any fault: a call that only reads is never in doubt."""
        fault = await self.meet()
        if fault is not None:
            raise TryLater(PROVIDER, "no_answer", f"{fault.value}, {deadline.total_seconds():g} s")


def in_doubt(message: str, *, code: str = "no_answer", stored: bool = False) -> ProviderError:
    return OutcomeUnknown(PROVIDER, code, message, stored=stored)
