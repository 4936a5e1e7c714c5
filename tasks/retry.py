"""When to try again: exponential, full jitter, capped, with an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LIMITED_FIRST, LIMITED_CAP = timedelta(seconds=1), timedelta(seconds=5)
"""The bounds of the wait after a rate limit that names no time: short, because the provider works."""


def after_limit(chance: float) -> timedelta:
    """Return the wait after a rate limit; ``chance`` in [0, 1) spreads calls that were refused together."""
    return LIMITED_FIRST + (LIMITED_CAP - LIMITED_FIRST) * chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """``first`` bounds the first delay, ``cap`` every delay; after ``attempts`` the row is dead.

    Rate limits count towards neither, and the delay grows with the attempts in a row that ended alike.
    """

    first: timedelta
    cap: timedelta
    attempts: int

    def delay(self, attempt: int, chance: float) -> timedelta:
        """Return the delay after ``attempt`` attempts in a row that ended alike; ``chance`` in [0, 1) picks a point."""
        bound = min(self.cap, self.first * (1 << min(attempt - 1, 30)))
        return bound * chance

    def is_spent(self, attempt: int) -> bool:
        return attempt >= self.attempts


QUICK = Retry(first=timedelta(seconds=1), cap=timedelta(minutes=5), attempts=20)
"""For our own work: a failure is a lock, a deploy or a bug."""

PATIENT = Retry(first=timedelta(seconds=1), cap=timedelta(seconds=90), attempts=240)
"""For money: the attempts last through hours of a provider's outage."""

MAIL = Retry(first=timedelta(seconds=1), cap=timedelta(minutes=10), attempts=300)
"""For e-mail: the attempts last through about a day of a provider's outage."""
