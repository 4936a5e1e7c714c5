"""Interleaved rounds: everybody in turn, in another order each time, so that a slow minute hits all of them."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec

from bench.contenders import ROUTES
from bench.figures import Spread, paired_ratios, spread
from bench.load.result import LoadResult
from bench.targets import CouldNotRun

PEERS_MAY_FAIL = 0.01
"""A peer at its libraries' defaults may answer one in a hundred with an error; only good answers count."""


class Round(msgspec.Struct, frozen=True):
    n: int
    contender: str
    route: str
    result: LoadResult


class Loadable(Protocol):
    """A running server that is driven one route at a time; one of ``bench.contenders``, or the like."""

    @property
    def name(self) -> str: ...

    def load(self, route: str, *, connections: int, seconds: int) -> LoadResult: ...


def measure(
    contenders: Sequence[Loadable],
    routes: Sequence[str] = ROUTES,
    *,
    rounds: int,
    seconds: int,
    connections: int,
    seed: int,
    say: Callable[[str], None],
) -> list[Round]:
    """One second of warming up for everybody, then ``rounds`` times every route of every contender.

    What filling the databases left for the disk is written before the first round, so that none can wait for it.
    """
    order = random.Random(seed)
    for contender in contenders:
        for route in routes:
            contender.load(route, connections=connections, seconds=1)
    os.sync()
    done: list[Round] = []
    for n in range(1, rounds + 1):
        for route in routes:
            for contender in order.sample(contenders, len(contenders)):
                result = contender.load(route, connections=connections, seconds=seconds)
                done.append(Round(n, contender.name, route, result))
                say(f"round {n}: {contender.name} {route} {result.per_second:,.0f}/s, p99 {result.p99_ms:,.1f} ms")
    return done


def check_valid(rounds: Iterable[Round], *, strict: Sequence[str]) -> None:
    """``CouldNotRun`` when one of ``strict`` gave anything but good answers, or another more than a few."""
    for r in rounds:
        if r.result.exhausted:
            raise CouldNotRun(
                f"round {r.n}: {r.contender} {r.route} came to the end of its list (payments: add --bookings)"
            )
        allowed = 0.0 if r.contender in strict else PEERS_MAY_FAIL
        if not r.result.good or r.result.bad > allowed * r.result.requests:
            raise CouldNotRun(
                f"round {r.n}: {r.contender} {r.route} gave {r.result.bad} bad answers of {r.result.requests}: "
                f"{r.result.statuses}, {r.result.socket_errors} broken connections"
            )


def cpu(rounds: Iterable[Round], contender: str, route: str) -> Cpu | None:
    """None when a round did not measure it."""
    of = [r.result for r in rounds if (r.contender, r.route) == (contender, route)]
    spent = [(r.spent, r.good) for r in of if r.spent is not None and r.good]
    if not spent or len(spent) < len(of):
        return None
    return Cpu(
        spread([s.web_s / good * 1e6 for s, good in spent]),
        spread([s.database_s / good * 1e6 for s, good in spent]),
        spread([s.machine_s / s.wall_s for s, _ in spent]),
    )


def rates(rounds: Iterable[Round], contender: str, route: str) -> list[float]:
    return [r.result.per_second for r in rounds if (r.contender, r.route) == (contender, route)]


def p99s(rounds: Iterable[Round], contender: str, route: str) -> list[float]:
    return [r.result.p99_ms for r in rounds if (r.contender, r.route) == (contender, route)]


class Cpu(msgspec.Struct, frozen=True):
    """``web_us`` and ``database_us``: microseconds of processor time for a good answer.  ``cores``: how many of the
    machine's were busy, with everything that ran on it."""

    web_us: Spread
    database_us: Spread
    cores: Spread


class Comparison(msgspec.Struct, frozen=True):
    """Ours against one other on one route.  ``rate``: how many times as many requests; ``p99``: theirs ÷ ours."""

    route: str
    other: str
    rate: Spread
    p99: Spread


def compare(rounds: Sequence[Round], ours: str, other: str, routes: Sequence[str] = ROUTES) -> list[Comparison]:
    return [
        Comparison(
            route,
            other,
            paired_ratios(rates(rounds, ours, route), rates(rounds, other, route)),
            paired_ratios(p99s(rounds, other, route), p99s(rounds, ours, route)),
        )
        for route in routes
    ]


class Summary(msgspec.Struct, frozen=True):
    contender: str
    route: str
    rate: Spread
    p50: Spread
    p99: Spread
    bad: int


def summarise(rounds: Sequence[Round], contender: str, route: str) -> Summary:
    of = [r.result for r in rounds if (r.contender, r.route) == (contender, route)]
    return Summary(
        contender,
        route,
        spread([x.per_second for x in of]),
        spread([x.p50_ms for x in of]),
        spread([x.p99_ms for x in of]),
        sum(x.bad for x in of),
    )
