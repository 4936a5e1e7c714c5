"""Public ids: a prefix, 13 hex digits of microseconds, 12 of chance; they sort by the time they were made.

Two ids of one microsecond and process collide once in 2**48; the primary key would refuse the second.
"""

from __future__ import annotations

import random
import time

_chance = random.SystemRandom().getrandbits(64)
_random = random.Random(_chance)


def new_id(prefix: str) -> str:
    """``new_id("pay")`` gives ``pay_`` and 25 hex digits."""
    return f"{prefix}_{time.time_ns() // 1000:013x}{_random.getrandbits(48):012x}"


def reseed() -> None:
    """After a fork, or two processes would draw the same numbers."""
    _random.seed(random.SystemRandom().getrandbits(64))
