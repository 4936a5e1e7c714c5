"""The figures of each suite, and that its targets are among them."""

from __future__ import annotations

from collections.abc import Sequence

import click
import pytest

from bench import backups, connections, scale, starvation, web
from bench.__main__ import main
from bench.contenders import ROUTES
from bench.growth import jobs, payments
from bench.growth.books import Books
from bench.growth.sizes import figures_of_sizes
from bench.starvation import Share
from bench.suite import kept_as
from bench.targets import Exit, Target, exit_code, judge
from tests.unit.bench.made import rounds_of

RATES = {"ours": 20.0, "floor": 40.0, "naive": 2.0, "tuned": 4.0}
SIZES = [1_000, 9_000]
WEB = web.figures_of(rounds_of({name: (rate, 100 / rate, 9) for name, rate in RATES.items()}, web.ROUTES), [*RATES])
CONNECTIONS = connections.figures_of(
    rounds_of(
        {connections.name_of(name, n): (RATES[name] * n, 2, 3) for name in RATES for n in connections.AT_ONCE}, ROUTES
    ),
    web.EVERYBODY,
)
SCALE = scale.figures_of(rounds_of({"1 process": (100, 2, 9), "2 processes": (200, 2, 10)}, ROUTES), 2)
GROWTH = jobs.figures_of(rounds_of({"1,000 jobs": (100, 2, 9), "9,000 jobs": (90, 4, 9)}, jobs.ROUTES), SIZES)
PAST = rounds_of({"1,000 payments": (200, 2, 9), "9,000 payments": (190, 2, 9)}, payments.ROUTES)
PAYMENTS = figures_of_sizes(PAST, payments.ROUTES, SIZES, "payments") | payments.figures_of_books(
    {past: Books(3.0, 0.1, 0.01, 0) for past in SIZES}
)
BACKUP = backups.figures_of(rounds_of({"alone": (200, 2, 5), "beside backups": (100, 2, 10)}, ["payments"]))


@pytest.mark.parametrize(
    ("figures", "figure", "value"),
    [
        (WEB, "payments: ours ÷ naive", 10),
        (WEB, "mixed at 64: p99 naive ÷ ours", 10),
        (CONNECTIONS, "cached: ours ÷ naive, 64 connections", 10),
        (CONNECTIONS, "payments: ours, 64 ÷ 16 connections", 4),
        (CONNECTIONS, "webhooks: ours, p99 ms, 1 connection", 4),
        (SCALE, "cached: 2 processes ÷ 1 process", 2),
        (SCALE, "payments: slowest of 2 processes, ms", 30),
        (GROWTH, "post: 9,000 ÷ 1,000 jobs", 0.9),
        (GROWTH, "search: p99 ÷ first page's, 9,000 jobs", 1),
        (PAYMENTS, "payments: 9,000 ÷ 1,000 payments", 0.95),
        (PAYMENTS, "books: a check of everything, 9,000 payments, s", 3),
        (BACKUP, "backup: payments/s beside it ÷ alone", 0.5),
        (BACKUP, "backup: slowest write beside it, payments, ms", 30),
    ],
)
def test_ratios_are_of_neighbours_and_the_slowest_is_of_all_rounds(
    figures: dict[str, float], figure: str, value: float
) -> None:
    assert figures[figure] == pytest.approx(value)


@pytest.mark.parametrize(
    ("figures", "targets"),
    [
        (WEB, web.TARGETS),
        (WEB, web.ON_POSTGRES),
        (CONNECTIONS, connections.TARGETS),
        (SCALE, scale.targets(2)),
        (GROWTH, jobs.targets(SIZES)),
        (PAYMENTS, payments.targets(SIZES)),
        (BACKUP | {"backup: database MB": 500.0}, backups.TARGETS),
    ],
)
def test_every_target_is_of_a_figure(figures: dict[str, float], targets: Sequence[Target]) -> None:
    assert {target.figure for target in targets} <= figures.keys()


def test_without_the_others_there_is_nothing_to_compare_with() -> None:
    alone = rounds_of({connections.name_of("ours", n): (9, 2, 3) for n in connections.AT_ONCE}, ROUTES)
    assert not [name for name in connections.figures_of(alone, ["ours"]) if "ours ÷" in name]
    assert [target.figure for target in web.concerning(web.TARGETS, ["ours", "floor"])] == [
        "cached: ours ÷ floor",
        "payments: ours ÷ floor",
        "webhooks: ours ÷ floor",
    ]


@pytest.mark.parametrize(
    ("slower", "errors", "code"), [(400, 0, Exit.MET), (199, 0, Exit.NOT_MET), (400, 1, Exit.NOT_MET)]
)
def test_a_neighbour_below_a_hundred_commits_a_second_starved_and_no_error_is_allowed(
    slower: int, errors: int, code: Exit
) -> None:
    units = {"flat out": 9_000, "in turn": 1_000}
    shares = [Share(role, 2.0, count, 0, 1.0, 4.0, 9.0) for role, count in units.items()]
    figures = starvation.figures_of([*shares, Share("in turn", 2.0, slower, errors, 1.0, 4.0, 9.0)])
    assert figures["starvation: commits/s of the slower neighbour"] == slower / 2
    assert figures["starvation: commits/s flat out"] == 4_500
    assert exit_code(judge(starvation.TARGETS, figures)) == code


@pytest.mark.parametrize(
    "line", ["web --only ours,nobody", "growth --jobs 1000", "payments --past 100,9000", "growth --jobs few,many"]
)
def test_a_choice_that_makes_no_sense_is_refused(line: str) -> None:
    with pytest.raises(click.BadParameter):
        main.main(line.split(), standalone_mode=False)


def test_the_result_of_another_database_or_load_has_a_name_of_its_own() -> None:
    assert kept_as("web", "sqlite") == kept_as("web", None) == "web"
    assert kept_as("web", "postgresql") == "web-postgresql"
