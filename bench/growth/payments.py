"""``bench payments``: what a thousand times as many payments cost the next one, and the checks of the books."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import partial

import click

from bench import options
from bench.growth.books import Books, read_books
from bench.growth.past import JOBS, payment_id, seed
from bench.growth.sizes import figures_of_sizes, name_of, table
from bench.load.lists import PIECE, RequestList, head, write_list
from bench.ours import alone
from bench.report import Found
from bench.requests import MAKERS, Maker, Requests
from bench.seed.rows import Size, client_of
from bench.suite import Run, suite
from bench.targets import Target
from bench.tokens import client_tokens

ROUTES = ("payments", "payment", "webhooks")
_PAYMENTS_AT_MOST = 5_000  # a second
_ASKED = 20_000


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


@suite(
    "payments",
    options.sizes("--past", "payments"),
    *(options.rounds(), options.seconds(2), options.connections(), options.SEED),
)
def command(run: Run, past: list[int]) -> Found:
    """Measure the cost of a past: POST /payments, GET of one anywhere in the past, a webhook; and the checks of the
    books.

    A past payment has its booking, its payout, seven transfers, their history, attempts and key: some 8 KB. Servers of
    all sizes are up, in interleaved rounds. A million payments take some minutes to seed, and 9 GB of disk.
    """
    size = Size(JOBS, run.rounds * run.seconds * _PAYMENTS_AT_MOST + 10_000)
    grown = []
    for count in past:
        click.echo(f"seeding {count:,} payments")
        where, name = run.folder / str(count), name_of(count, "payments")
        makers: dict[str, Maker] = {**MAKERS, "payment": partial(_looks, past=count)}
        grown.append(alone(run.stack, where, size, name, makers=makers, seeded=partial(seed, past=count)))
    done = run.measure(grown, ROUTES)
    books = {}
    for count, each in zip(past, grown, strict=True):
        click.echo(f"checking the books of {each.name}")
        books[count] = read_books(each.world.databases.url("ours"))
    figures = figures_of_sizes(done, ROUTES, past, "payments") | figures_of_books(books)
    return Found(figures, targets(past), [table(done, ROUTES, past, "payments")], done)


def _looks(of: Requests, name: str, _numbers: range, *, past: int) -> RequestList:
    """Each client at payments of their own, anywhere in the past."""
    tokens, chance = client_tokens(of.jwt_secret), random.Random(4)
    asked = (of.size.bookings + chance.randrange(past) for _ in range(_ASKED))
    lines = ((payment_id(n), tokens[client_of(n)]) for n in asked)
    template = head("GET", f"/payments/{PIECE}", f"Authorization: Bearer {PIECE}")
    return write_list(of.folder, name, template, lines, again=True)


def figures_of_books(books: Mapping[int, Books]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for past, found in books.items():
        figures[f"books: a recent check, {past:,} payments, s"] = found.recent_s
        figures[f"books: a check of everything, {past:,} payments, s"] = found.everything_s
        figures[f"books: the totals of a scrape, {past:,} payments, s"] = found.totals_s
        figures[f"books: breaches, {past:,} payments"] = float(found.breaches)
    return figures
