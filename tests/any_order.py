"""Events of a provider that come in any order, more than once, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from gateways.testing import Fault

Order = list[tuple[int, bool]]
"""The numbers of events, each with whether all that waits is worked off before the next."""
Delivered = tuple[str, list[Fault], Order]
QUIET = settings(
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),  # the fixture's database is shared; each example has its own people
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
LOSABLE = (Fault.LOST_AFTER, Fault.LOST_BEFORE, Fault.STORED_AFTER, Fault.RATE_LIMITED)


def repeated(draw: st.DrawFn, events: int) -> list[int]:
    """The numbers of a life's events: each is lost, or comes once or up to three times."""
    return [n for n in range(events) for _ in range(draw(st.integers(0, 3)))]


@st.composite
def deliveries(draw: st.DrawFn, lives: Mapping[str, int]) -> Delivered:
    """One of the lives, each of which has that many events; faults of the first calls; the events in any order."""
    life = draw(st.sampled_from(sorted(lives)))
    faults = draw(st.lists(st.sampled_from(LOSABLE), max_size=3))
    numbers = repeated(draw, lives[life])
    return life, faults, [(n, draw(st.booleans())) for n in draw(st.permutations(numbers))]


def plain_orders(events: int) -> tuple[Order, Order, Order]:
    """In order, backwards without a pause, and not at all."""
    return [(n, True) for n in range(events)], [(n, False) for n in reversed(range(events))], []
