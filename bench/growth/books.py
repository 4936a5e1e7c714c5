"""How long the checks of the books take over a given past."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from typing import TypeVar

import msgspec

from domain.cause import SYSTEM, Cause
from domain.oversight.ledger_checks.check import Scope, look, record
from domain.oversight.ledger_checks.read import totals_now
from runtime.clock import system_clock
from runtime.database import open_database
from runtime.ids import new_id

T = TypeVar("T")
_EVERY = timedelta(minutes=5)


class Books(msgspec.Struct, frozen=True):
    """Seconds of a check of everything, of what is recent once two checks were made, and of a scrape's totals."""

    everything_s: float
    recent_s: float
    totals_s: float
    breaches: int


def read_books(url: str) -> Books:
    """As the schedule would, with five minutes between the checks."""
    cause = Cause(system_clock(), SYSTEM, "cor_bench", new_id)
    now, breaches, took = cause.now, 0, 0.0
    everything: list[float] = []
    with closing(open_database(url)) as database:
        for scope in (Scope.EVERYTHING, Scope.EVERYTHING, Scope.RECENT):
            now += _EVERY
            found, took = _timed(partial(database.read, partial(look, now=now, scope=scope)))
            database.write(partial(record, cause=cause, found=found))
            breaches += len(found.sentences)
            if scope is Scope.EVERYTHING:
                everything.append(took)
        _, totals_s = _timed(partial(database.read, totals_now))
    return Books(min(everything), took, totals_s, breaches)


def _timed(act: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    value = act()
    return value, time.perf_counter() - began
