"""``bench payments``: what a thousand times as many payments cost the next one, and the checks of the books."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from rich.table import Table

from bench import report
from bench.contenders import Contender, World
from bench.databases import Files
from bench.figures import paired_ratios, spread
from bench.growth.books import Books, read_books
from bench.growth.past import JOBS, payment_id, seed
from bench.load.drive import drive
from bench.load.lists import PIECE, RequestList, head, write_list
from bench.load.result import LoadResult
from bench.options import sizes as sizes_of
from bench.ours import ours
from bench.rounds import Round, check_valid, measure, p99s, rates
from bench.seed.rows import Size, client_of
from bench.servers import broker
from bench.targets import Exit, Target
from bench.tokens import client_tokens

ROUTES = ("payments", "payment", "webhooks")
_PAYMENTS_AT_MOST = 5_000  # a second
_ASKED = 20_000


@dataclass(frozen=True, slots=True)
class Grown:
    """A running server that has taken so many payments."""

    past: int
    contender: Contender

    @property
    def name(self) -> str:
        return name_of(self.past)

    def load(self, route: str, *, connections: int, seconds: int) -> LoadResult:
        if route != "payment":
            return self.contender.load(route, connections=connections, seconds=seconds)
        return drive(self.contender.port, self._looks(), connections=connections, seconds=seconds)

    def _looks(self) -> RequestList:
        """Each client at payments of their own, anywhere in the past."""
        world = self.contender.world
        tokens, chance = client_tokens(world.jwt_secret), random.Random(4)
        asked = (world.size.bookings + chance.randrange(self.past) for _ in range(_ASKED))
        lines = ((payment_id(n), tokens[client_of(n)]) for n in asked)
        template = head("GET", f"/payments/{PIECE}", f"Authorization: Bearer {PIECE}")
        return write_list(world.folder / "lists", "payment", template, lines, again=True)


def name_of(past: int) -> str:
    return f"{past:,} payments"


def targets(sizes: Sequence[int]) -> tuple[Target, ...]:
    """Compare the largest size with the smallest; work that runs every few minutes must not grow with the past."""
    most, least = sizes[-1], sizes[0]
    return (
        Target(f"payment: {most:,} ÷ {least:,} payments", at_least=0.85),
        *(Target(f"{route}: {most:,} ÷ {least:,} payments", at_least=0.8) for route in ("payments", "webhooks")),
        Target(f"books: a recent check, {most:,} payments, s", at_most=1),
        Target(f"books: the totals of a scrape, {most:,} payments, s", at_most=0.5),
        Target(f"books: breaches, {most:,} payments", at_most=0),
    )


@click.command(name="payments")
@sizes_of("--past", "1000,100000,1000000", "payments")
@click.option("--rounds", default=5, show_default=True, help="How often everything is measured; 5 or more count.")
@click.option("--seconds", default=2, show_default=True, help="Length of one measurement.")
@click.option("--connections", default=16, show_default=True, help="Requests in flight.")
@click.option("--seed", "chosen", default=1, show_default=True, help="Of the order within the rounds.")
@click.option("--into", type=click.Path(path_type=Path), default=report.RESULTS, help="Folder of the results.")
def command(past: list[int], rounds: int, seconds: int, connections: int, chosen: int, into: Path) -> Exit:
    """Measure the cost of a past: POST /payments, GET of one anywhere in the past, a webhook; and the checks of the
    books.

    A past payment has its booking, its payout, seven transfers, their history, attempts and key: some 8 KB. Servers of
    all sizes are up, in interleaved rounds. A million payments take some minutes to seed, and 9 GB of disk.
    """
    record = report.begin("payments", into)
    with tempfile.TemporaryDirectory(prefix="bench-payments-") as folder, ExitStack() as stack:
        waiting = rounds * seconds * _PAYMENTS_AT_MOST + 10_000
        grown = [stack.enter_context(_grown(Path(folder) / str(count), count, waiting)) for count in past]
        done = measure(
            grown, ROUTES, rounds=rounds, seconds=seconds, connections=connections, seed=chosen, say=click.echo
        )
        books = {each.past: _books(each) for each in grown}
    check_valid(done, strict=[name_of(count) for count in past])
    figures = figures_of(done, past) | figures_of_books(books)
    return record.end(
        figures,
        targets(past),
        [_table(done, past)],
        options={"past": past, "rounds": rounds, "seconds": seconds, "connections": connections, "seed": chosen},
        rounds=done,
    )


@contextmanager
def _grown(folder: Path, count: int, waiting: int) -> Iterator[Grown]:
    click.echo(f"seeding {count:,} payments")
    folder.mkdir()
    world = World(folder, Size(JOBS, waiting), Files(folder))
    with (
        broker(folder) as broker_url,
        ours(world, broker_url, seeded=lambda url, size: seed(url, waiting=size.bookings, past=count)) as contender,
    ):
        yield Grown(count, contender)


def _books(grown: Grown) -> Books:
    click.echo(f"checking the books of {grown.past:,} payments")
    return read_books(grown.contender.world.databases.url("ours"))


def figures_of(done: Sequence[Round], sizes: Sequence[int]) -> dict[str, float]:
    figures: dict[str, float] = {}
    least = name_of(sizes[0])
    for route in ROUTES:
        for size in sizes:
            name = name_of(size)
            figures[f"{route}: {name} requests/s"] = spread(rates(done, name, route)).median
            figures[f"{route}: {name} p99 ms"] = spread(p99s(done, name, route)).median
            if name != least:
                ratio = paired_ratios(rates(done, name, route), rates(done, least, route))
                figures[f"{route}: {size:,} ÷ {least}"] = ratio.median
    return figures


def figures_of_books(books: dict[int, Books]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for past, found in books.items():
        figures[f"books: a recent check, {past:,} payments, s"] = found.recent_s
        figures[f"books: a check of everything, {past:,} payments, s"] = found.everything_s
        figures[f"books: the totals of a scrape, {past:,} payments, s"] = found.totals_s
        figures[f"books: breaches, {past:,} payments"] = float(found.breaches)
    return figures


def _table(done: Sequence[Round], sizes: Sequence[int]) -> Table:
    table = Table(title="Median of the rounds (least–most)", title_justify="left")
    least = name_of(sizes[0])
    for column in ("route", "past payments", "requests/s", f"÷ {least}", "p99 ms"):
        table.add_column(column, justify="left" if column == "route" else "right")
    for route in ROUTES:
        for size in sizes:
            rate = rates(done, name_of(size), route)
            ratio = paired_ratios(rate, rates(done, least, route))
            table.add_row(
                route, f"{size:,}", str(spread(rate)), str(ratio), str(spread(p99s(done, name_of(size), route)))
            )
        table.add_section()
    return table
