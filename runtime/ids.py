"""Public ids: a prefix, 13 hex digits of microseconds, 12 random ones; ids sort by the time of their creation.

Two ids of one microsecond collide once in 2**48; the primary key would refuse the second.
"""

from __future__ import annotations

import random
import time

_chance = random.SystemRandom().getrandbits(64)
_random = random.Random(_chance)


def new_id(prefix: str) -> str:
    """Return a new id: ``new_id("pay")`` returns ``pay_`` and 25 hex digits."""
    return f"{prefix}_{time.time_ns() // 1000:013x}{_random.getrandbits(48):012x}"


def reseed() -> None:
    """Seed the generator again.  A forked child calls it, or it would draw the same numbers as its parent."""
    _random.seed(random.SystemRandom().getrandbits(64))
