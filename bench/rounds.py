"""Interleaved rounds: everybody in turn, in another order each time, so that a slow minute hits all of them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TypeVar

import msgspec
from rich.table import Table

from bench.figures import Spread, paired_ratios, spread
from bench.load.result import LoadResult
from bench.report import table
from bench.targets import CouldNotRun

PEERS_MAY_FAIL = 0.01
"""A peer at its libraries' defaults may answer one in a hundred with an error; only good answers count."""
RATE = "requests/s"
_VALUES = {RATE: "per_second", "p50 ms": "p50_ms", "p99 ms": "p99_ms", "slowest ms": "max_ms"}
"""The values of a round, and where its result has them."""
T = TypeVar("T")


class Round(msgspec.Struct, frozen=True):
    n: int
    contender: str
    route: str
    result: LoadResult


class Rounds(list[Round]):
    """All rounds of a suite, and what they say of one contender on one route."""

    def results(self, name: str, route: str) -> list[LoadResult]:
        return [r.result for r in self if (r.contender, r.route) == (name, route)]

    def values(self, name: str, route: str, what: str = RATE) -> list[float]:
        return [attrgetter(_VALUES[what])(result) for result in self.results(name, route)]

    def median(self, name: str, route: str, what: str = RATE) -> float:
        return spread(self.values(name, route, what)).median

    def medians(self, name: str, route: str, *whats: str) -> dict[str, float]:
        """As figures: ``route: name what``."""
        return {f"{route}: {name} {what}": self.median(name, route, what) for what in whats}

    def slowest(self, name: str, route: str) -> float:
        """The longest time of all rounds, in milliseconds."""
        return max(self.values(name, route, "slowest ms"))

    def ratio(self, above: str, below: str, route: str, what: str = RATE) -> Spread:
        """One contender ÷ another, round by round."""
        return paired_ratios(self.values(above, route, what), self.values(below, route, what))

    def cpu(self, name: str, route: str) -> dict[str, Spread]:
        """Microseconds of processor time for a good answer, of the web and of a database server, and how many of the
        machine's cores were busy with everything that ran; empty when a round did not measure it."""
        of = self.results(name, route)
        spent = [(r.spent, r.good) for r in of if r.spent is not None and r.good]
        if not spent or len(spent) < len(of):
            return {}
        database = spread([s.database_s / good * 1e6 for s, good in spent])
        return {
            "web CPU µs": spread([s.web_s / good * 1e6 for s, good in spent]),
            "cores busy": spread([s.machine_s / s.wall_s for s, _ in spent]),
            **({"database CPU µs": database} if database.most else {}),
        }

    def table(self, routes: Sequence[str], names: Sequence[str], *columns: str) -> Table:
        """A row a route and name.  A column is a value, the sum of bad answers, or ``÷ NAME``: the rate against it."""
        made = table("Median of the rounds (least–most)", ["route", ""], columns)
        for route in routes:
            for name in names:
                made.add_row(route, name, *(str(self._cell(name, route, column)) for column in columns))
            made.add_section()
        return made

    def _cell(self, name: str, route: str, column: str) -> Spread | int:
        if column == "bad":
            return sum(result.bad for result in self.results(name, route))
        if column.startswith("÷ "):
            return self.ratio(name, column.removeprefix("÷ "), route)
        return spread(self.values(name, route, column))


def in_turn(everybody: Sequence[T], routes: Sequence[str], *, rounds: int, seed: int) -> Iterator[tuple[int, str, T]]:
    """Every round has all of its routes, and each route has everybody, in another order each time."""
    order = random.Random(seed)
    for n in range(1, rounds + 1):
        for route in routes:
            for one in order.sample(everybody, len(everybody)):
                yield n, route, one


def check_valid(rounds: Iterable[Round], *, strict: Sequence[str]) -> None:
    """``CouldNotRun`` when one of ``strict`` gave anything but good answers, or another more than a few."""
    for r in rounds:
        where = f"round {r.n}: {r.contender} {r.route}"
        if r.result.exhausted:
            raise CouldNotRun(f"{where} came to the end of its list (payments: add --bookings)")
        allowed = 0.0 if r.contender in strict else PEERS_MAY_FAIL
        if not r.result.good or r.result.bad > allowed * r.result.requests:
            raise CouldNotRun(
                f"{where} gave {r.result.bad} bad answers of {r.result.requests}: "
                f"{r.result.statuses}, {r.result.socket_errors} broken connections"
            )
