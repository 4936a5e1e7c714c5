"""Everybody in turn, in another order each round: first starts, then sends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import click
import msgspec

from bench.figures import quantile
from bench.queues.times import Times, middle_rate
from bench.rounds import in_turn
from bench.suite import Run


class Queue(Protocol):
    """``share``: one so-many-th of the sends is asked of it, so that slow and fast ones take some seconds each."""

    @property
    def name(self) -> str: ...
    @property
    def share(self) -> int: ...

    def starts(self, folder: Path, broker_url: str, *, rate: int, seconds: int) -> Times: ...

    def sends(self, folder: Path, broker_url: str, *, count: int, send_ms: int) -> Times: ...


class Work(msgspec.Struct, frozen=True):
    """The load of one round for every contender."""

    rate: int
    sends: int
    send_ms: int


class Start(msgspec.Struct, frozen=True):
    """From sent to begun, in milliseconds."""

    n: int
    queue: str
    p50_ms: float
    p99_ms: float
    slowest_ms: float


class Sends(msgspec.Struct, frozen=True):
    n: int
    queue: str
    per_second: float


class Measured(msgspec.Struct, frozen=True):
    starts: list[Start]
    sends: list[Sends]

    def of(self, queue: str) -> tuple[list[float], list[float], list[float]]:
        """By round: p50 and p99 of its starts, and its sends a second."""
        starts = [s for s in self.starts if s.queue == queue]
        rates = [s.per_second for s in self.sends if s.queue == queue]
        return [s.p50_ms for s in starts], [s.p99_ms for s in starts], rates


def measure(queues: Sequence[Queue], run: Run, work: Work, broker_url: str) -> Measured:
    """First starts, then sends; a new worker each time, so that nobody profits from the last round."""
    done = Measured([], [])
    for n, what, queue in in_turn(queues, ("starts", "sends"), rounds=run.rounds, seed=run.seed):
        own = run.folder / f"{what}-{n}-{queue.name}"
        if what == "starts":
            start = start_of(n, queue.name, queue.starts(own, broker_url, rate=work.rate, seconds=run.seconds))
            done.starts.append(start)
            said = f"p50 {start.p50_ms:.1f} ms, p99 {start.p99_ms:.1f} ms"
        else:
            count = max(work.sends // queue.share, 20)
            ended = [end for _, end in queue.sends(own, broker_url, count=count, send_ms=work.send_ms)]
            done.sends.append(Sends(n, queue.name, middle_rate(ended)))
            said = f"{done.sends[-1].per_second:,.0f}/s"
        click.echo(f"round {n}: {queue.name} {what}, {said}")
    return done


def start_of(n: int, queue: str, times: Times) -> Start:
    waits = [(began - sent) / 1e6 for sent, began in times]
    return Start(n, queue, quantile(waits, 0.5), quantile(waits, 0.99), max(waits))
