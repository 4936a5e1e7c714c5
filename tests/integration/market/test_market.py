"""A whole marketplace, lived through in any order: two clients, three workers, a provider with its whims, processes
that die.  After each step the invariants hold; at the end nothing is open, and the provider's books are ours.

The normal ring lives the same short lives each time.  For more, longer, and others each time::

    MARKET_LIVES=1000 ./handwork test integration -k test_market

A life that goes wrong is printed as the steps that lead there, as few as could be found, with a line for
``@reproduce_failure`` and with what to set to live it again: ``MARKET_SEED`` repeats ten lives.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from runtime.database import open_database
from tests.integration.market.machine import Market
from tests.integration.market.world import World, two_loops

LIVES = int(os.environ.get("MARKET_LIVES", "0"))
AT_ONCE = 10
"""Behind the first ten Hypothesis would try five variations of each, which are much like it."""
QUICK = settings(
    max_examples=AT_ONCE,
    stateful_step_count=40,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
LONG = settings(QUICK, stateful_step_count=60)
SEEDS = (2, 5, 9, 10)
"""The seeds of the normal ring: few lives in which everything happens that ``NEVER_MISSED`` names."""
NEVER_MISSED = {
    *(f"booking {status}" for status in ("funded", "completed", "approved", "cancelled", "expired")),
    *(f"payment {status}" for status in ("captured", "declined", "cancelled", "requires_action", "processing")),
    *(f"payout {status}" for status in ("on_hold", "in_transit", "failed")),
    *(
        "capture unapplied",
        "capture_mismatch",
        "refund succeeded",
        "review published",
        "reschedule accepted",
        "payout_account restricted",
    ),
    *("account suspended", "reinstate done", "worker_suspended"),
    *("pay refused", "hire refused", "cancel refused", "approve refused"),
    *("run_twice", "die_before_call", "die_before_commit", "oversleep"),
}
"""In the lives of the normal ring, which are the same each time."""
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there


@pytest.fixture(scope="module")
def loops() -> Iterator[Any]:
    with two_loops() as made:
        yield made


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a place: what a power cut does is no matter here."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as made:
        yield Path(made)


@pytest.fixture
def quiet() -> Iterator[None]:
    """What goes wrong here is meant to."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("quiet")
@pytest.mark.timeout(0 if LIVES else 240)
def test_market(migrated_sqlite: Path, folder: Path, loops: Any) -> None:
    numbers = count(1)

    def new_world() -> tuple[World, Callable[[], None]]:
        path = folder / f"{next(numbers)}.db"
        shutil.copyfile(migrated_sqlite, path)
        database = open_database(f"sqlite:///{path}")

        def close() -> None:
            database.close()
            for left in folder.glob(f"{path.name}*"):
                left.unlink()

        return World(database, loops), close

    reached = Counter[str]()
    for number in seeds():
        live(number, new_world, reached)
    missed = NEVER_MISSED - reached.keys()
    assert LIVES or not missed, f"{missed}: lives in which this does not happen prove nothing about it"


def seeds() -> Sequence[int]:
    if given := os.environ.get("MARKET_SEED"):
        return [int(given)]
    chance = random.SystemRandom()
    return [chance.getrandbits(32) for _ in range(0, LIVES, AT_ONCE)] or SEEDS


def live(number: int, new_world: Callable[[], tuple[World, Callable[[], None]]], reached: Counter[str]) -> None:
    machine = type("Market", (Market,), {"new_world": staticmethod(new_world), "reached": reached})
    try:
        run_state_machine_as_test(seed(number)(machine), settings=LONG if LIVES else QUICK)
    except BaseException as error:
        error.add_note(f"MARKET_SEED={number}" + (f" MARKET_LIVES={AT_ONCE}" if LIVES else ""))
        raise
