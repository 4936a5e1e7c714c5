"""``bench scale``: one web process against several on one database."""

from __future__ import annotations

from bench import options
from bench.contenders import ROUTES
from bench.ours import alone
from bench.report import Found
from bench.rounds import Rounds
from bench.seed.rows import Size
from bench.suite import Run, suite
from bench.targets import Target

_PAYMENTS_AT_MOST = 7_000  # a second
LONGEST_MS = 250
ONE = "1 process"


def name_of(processes: int) -> str:
    return ONE if processes == 1 else f"{processes} processes"


def targets(processes: int) -> tuple[Target, ...]:
    several = name_of(processes)
    return (
        Target(f"cached: {several} ÷ {ONE}", at_least=1.3),
        Target(f"payments: {several} ÷ {ONE}", at_least=1.5),
        *(Target(f"{route}: slowest of {several}, ms", at_most=LONGEST_MS) for route in ROUTES),
    )


@suite(
    "scale",
    options.option("--web", 2, "Web processes to compare with one."),
    *(options.rounds(), options.seconds(4), options.connections(32)),
    *(options.jobs("each"), options.database("Of both."), options.SEED),
)
def command(run: Run, web: int, jobs: int, database: str) -> Found:
    """One web process against several on one database, interleaved; the slowest request of all, too.

    The load comes from the same machine, so on two cores the second process has what the load leaves it.
    """
    size = Size(jobs, run.rounds * run.seconds * _PAYMENTS_AT_MOST + 20_000)
    done = run.measure(
        [alone(run.stack, run.folder / str(n), size, name_of(n), database=database, processes=n) for n in (1, web)]
    )
    table = done.table(ROUTES, [ONE, name_of(web)], "requests/s", f"÷ {ONE}", "p99 ms", "slowest ms")
    return Found(figures_of(done, web), targets(web), [table], done)


def figures_of(done: Rounds, processes: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    several = name_of(processes)
    for route in ROUTES:
        for name in (ONE, several):
            figures |= done.medians(name, route, "requests/s", "p99 ms")
            figures[f"{route}: slowest of {name}, ms"] = done.slowest(name, route)
        figures[f"{route}: {several} ÷ {ONE}"] = done.ratio(several, ONE, route).median
    return figures
