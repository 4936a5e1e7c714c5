"""When to try again: exponential, full jitter, capped, with an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LIMITED_FIRST, LIMITED_CAP = timedelta(seconds=1), timedelta(seconds=5)
"""The wait after a rate limit that does not say how long: short, because the provider is well."""


def after_limit(chance: float) -> timedelta:
    """``chance`` in [0, 1) spreads those that were turned away together."""
    return LIMITED_FIRST + (LIMITED_CAP - LIMITED_FIRST) * chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """``first`` bounds the first delay, ``cap`` every delay; after ``attempts`` the row is dead.

    Rate limits count for neither, and unknown outcomes and failures each have a delay of their own.
    """

    first: timedelta
    cap: timedelta
    attempts: int

    def delay(self, attempt: int, chance: float) -> timedelta:
        """After so many attempts in a row that ended alike; ``chance`` in [0, 1) picks a point of the whole range."""
        bound = min(self.cap, self.first * (1 << min(attempt - 1, 30)))
        return bound * chance

    def is_spent(self, attempt: int) -> bool:
        return attempt >= self.attempts


QUICK = Retry(first=timedelta(seconds=1), cap=timedelta(minutes=5), attempts=20)
"""For our own work: a failure is a lock, a deploy or a bug."""

PATIENT = Retry(first=timedelta(seconds=1), cap=timedelta(seconds=90), attempts=240)
"""For money: hours of a provider's outage, and no one gives up."""

MAIL = Retry(first=timedelta(seconds=1), cap=timedelta(minutes=10), attempts=300)
"""For e-mail: about a day of a provider's outage."""
