"""``bench page``: docs/reference/performance.md, made of the results that are kept, so that it says nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import click

from bench.figures import short
from bench.report import RESULTS, Report, last
from bench.servers import PROJECT
from bench.targets import Exit
from bench.web import EVERYBODY, ROUTES

PAGE = PROJECT / "docs" / "reference" / "performance.md"
HEAD = """\
# Performance

Measurements, how they were made, and their limits. This page is made by `./handwork bench page` from
[bench/results](../../bench/results); each suite writes its own file there, with every round, and compares with the one
before. A ratio says more than a rate: the machine differs, and its noise is some 15 %.

- **What is compared is interleaved**: everybody in turn, in another order each round; a ratio is of neighbours in time,
  and what counts is the median of at least five. Starvation and memory are single runs.
- **The floor** is our framework with the same bytes in and out and nothing behind: nobody can be faster with it.
- **The peers** do the same over the same data. *naive* is FastAPI with the async ORM and `.delay()` in the request, at
  its libraries' defaults and with indexes; *tuned* is the same written for speed, as well as we can.
- **Everything is on** in ours: history, log line, metrics, `synchronous=FULL` (on PostgreSQL the server's own sync).
- Load comes from wrk on the same machine, over loopback; server, load and database share its cores.
"""
SUITES = (
    (
        "web",
        "One web process",
        "100,000 jobs, 16 connections. *cached* is one page of jobs that nobody changes meanwhile, so ours keeps it; "
        "*pages* begin anywhere in the list. *mixed* leaves nothing to cache: 65 % pages anywhere, 5 % searches, 13 % "
        "payments, 13 % signed webhooks and 4 % new jobs, by 16 connections and by 64.\n\n"
        "Why mixed load does not reach its targets: one process is one interpreter. Its event loop and its writer hand "
        "the interpreter's lock to each other at every statement, so that an answer of mixed load costs more than its "
        "parts do alone; the table of processor time has both. Two thirds of mixed load are pages, and pages alone are "
        "not six times as fast as *tuned*. At 64 connections an answer waits for those before it: 64 requests at once "
        "take 64 ÷ rate seconds on average, whatever each costs. What was tried: commits that wait for more units "
        "(2 ms and 5 ms), searches on the event loop, shorter switch intervals, memory-mapped reads; none stood out of "
        "the noise. With the writer's units on the event loop the rate of mixed load was 0.93 × (median of 14 pairs; "
        "half of them between 0.82 and 1.00), so they stay on their thread. The profile of mixed load below shows "
        "whose code an answer is: 37 % the database layer with SQLite in it, 26 % the framework, 25 % our web tier.",
    ),
    (
        "web-postgresql",
        "One web process on PostgreSQL",
        "The same, everybody's data on one server.\n\n"
        "Why some targets are not reached: the server works on the same two cores, and what it spends on an answer is "
        "in the table, too. Pages are bound by the event loop, which is busy nine tenths of the time; four connections "
        "for its reads instead of two made them slower. A payment waits for the server twice, for the booking's open "
        "payment "
        "and for the commit, and the units of one transaction run one after another: client and server work in turns, "
        "and cores are idle. A second writer from the start meets the first in serialisation failures, which cost more "
        "than it brings where the server is near, so that it joins only when a unit has waited for 100 ms.",
    ),
    (
        "connections",
        "One client, sixteen, sixty-four",
        "The cached page, payments and webhooks. A write that is alone waits for its own sync of the disk; at once, "
        "many share one.",
    ),
    (
        "scale",
        "Several web processes",
        "On one SQLite file, under 32 connections; `slowest` is the slowest request of all rounds.\n\n"
        "Why two processes are not half as fast again: one process and its load keep 1.2 of two cores busy (payments, "
        "16 connections), and two processes that write to one file take turns: a turn is a lock and a sync "
        "of the disk, and of two processes each probably has fewer units to share it; that was not counted.",
    ),
    (
        "growth",
        "More jobs",
        "First pages, pages anywhere, searches by words and radius, new jobs; one web process. Measured between two "
        "large merges of the index of words: during one, some 6,000 posts long, there were 0.4 to 0.8 as many posts a "
        "second.",
    ),
    (
        "payments",
        "More payments",
        "`payments` is POST, `payment` is GET of one anywhere in the past, in rounds; checks of the books are single "
        "runs. A recent check runs every five minutes, one of everything once a day; neither holds anybody up.",
    ),
    (
        "backup",
        "Writes beside the backup",
        "The nightly copy of the whole file and its verification, while clients pay; `slowest` is the slowest "
        "request of all rounds.",
    ),
    (
        "queue",
        "The queue",
        "Start: from accepted to begun, 50 a second. Sends: a backlog of sends of 50 ms, one worker "
        "process; ours records every attempt and end, the others write nothing. *paid* is the start of whole payments "
        "with web, workers and sandbox at work on the same cores, which are then busy.",
    ),
    ("starvation", "Writers beside one that writes flat out", "Three processes on one SQLite file."),
    (
        "profile",
        "Where the time goes",
        "Under payments, with everything on one machine: whose code each process is in, in percent of the samples in "
        "which it did not wait for work. In the flame graphs (open the file itself) the waiting is shown, too.\n\n"
        "Findings of such profiles, and what was done: uvicorn's two writes an answer (one now), a ring of objects "
        "that each request left to the garbage collector (gone), SDKs loaded by those who call nobody (not any more), "
        "totals of the ledger summed at every scrape (carried on from check to check), the framework's injection of "
        "what never changes (each request brings it along). What is left in the web is the statement, the sync and the "
        "framework. The worker's largest part is its talk with Redis: Celery's events, "
        "which Flower shows, and its acknowledgements. That was left: a payment waits far longer for its provider.",
    ),
    (
        "profile-mixed",
        "Where the time of mixed load goes",
        "The same of the web process, under the mixed load of *One web process*: what bounds its rate.",
    ),
    (
        "memory",
        "Memory",
        "PSS of the whole stack, idle, and of a web process between its 20,000th and 100,000th request.\n\n"
        "An idle process holds the modules that it imports. A Celery worker of 71 MB holds SQLAlchemy (14 MB), Celery "
        "and its messaging (6), the Redis client (6), Stripe's SDK with its HTTP client (7), our own code (6), Python "
        "with its standard library and small libraries (24), and what it opens when it starts (8). The processes that "
        "use PostgreSQL's driver, SendGrid's SDK or Jinja load them, and the maintenance worker keeps one child.",
    ),
)
PROCESSOR = (
    "The bounds of the rates: microseconds of processor time for a good answer, of the web process and of the database "
    "server together, and how many of the two cores were busy under ours, with the load and everything else."
)
PROCESSOR_HEAD = ("route", "ours", "floor", "naive", "tuned", "naive ÷ ours", "tuned ÷ ours", "cores busy")
TAIL = """\
## What these figures do not say

- Nothing of a network, of TLS, or of a proxy; nothing of disks that sync slower than this one
  (`./handwork doctor` shows a sync's time).
- Nothing of Stripe and SendGrid: no request waits for them, and their own pace is what a payment's end takes.
- Absolute rates are those of this small machine, whose two cores also made the load.
"""


def page(folder: Path = RESULTS) -> str:
    """The text; a suite that has no result yet is left out."""
    found = ((last(suite, folder=folder), title, words) for suite, title, words in SUITES)
    sections = [_section(report, title, words) for report, title, words in found if report is not None]
    return "\n".join([HEAD, *sections, TAIL])


def _section(report: Report, title: str, words: str) -> str:
    machine, asked = report.machine, report.suite.split("-")
    option = "route" if asked[0] == "profile" else "database"
    command = f"./handwork bench {asked[0]}" + (f" --{option} {asked[1]}" if len(asked) > 1 else "")
    said = [
        f"## {title}\n",
        f"{words}\n",
        f"`{command}`, {report.at:%Y-%m-%d %H:%M} UTC, commit {machine.commit}; {machine.processor}, {machine.cores} "
        f"cores, Python {machine.python}, SQLite {machine.sqlite}.\n",
    ]
    if (RESULTS / f"{report.suite}.svg").exists():
        said.append(f"![{title}](../../bench/results/{report.suite}.svg)\n")
    if report.verdicts:
        rows = [
            (v.figure, "–" if v.value is None else short(v.value), v.wanted, "yes" if v.met else "**no**")
            for v in report.verdicts
        ]
        said.append(_table(("figure", "measured", "wanted", "met"), rows))
    processor = [row for row in map(partial(_processor, report.figures), ROUTES) if row]
    if asked[0] == "web" and processor:
        said.append(f"{PROCESSOR}\n\n{_table(PROCESSOR_HEAD, processor)}")
    judged = {v.figure for v in report.verdicts}
    rest = [(name, short(value)) for name, value in report.figures.items() if name not in judged]
    if rest:
        said.append(f"<details><summary>All figures</summary>\n\n{_table(('figure', 'measured'), rest)}\n</details>\n")
    return "\n".join([*said, *(f"{_linked(note)}\n" for note in report.notes)])


def _linked(note: str) -> str:
    """Return a note with links that lead from the page: a result keeps them as from ``docs/``."""
    return note.replace("](../bench/results/", "](../../bench/results/")


def _processor(figures: Mapping[str, float], route: str) -> tuple[str, ...]:
    """A row about one route; empty when a run did not measure it."""
    spent = {name: _spent(figures, route, name) for name in EVERYBODY}
    if not all(spent.values()):
        return ()
    ours, floor, naive, tuned = (spent[name] for name in EVERYBODY)
    cores = short(figures[f"{route}: ours cores busy"])
    return (
        route,
        *map(short, (ours, floor, naive, tuned)),
        f"{short(naive / ours)} ×",
        f"{short(tuned / ours)} ×",
        cores,
    )


def _spent(figures: Mapping[str, float], route: str, name: str) -> float:
    """Microseconds of the web process and of the database server for a good answer."""
    return figures.get(f"{route}: {name} web CPU µs", 0.0) + figures.get(f"{route}: {name} database CPU µs", 0.0)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write() -> None:
    PAGE.write_text(page())


@click.command(name="page")
@click.option("--check", is_flag=True, help="Change nothing, and say whether it is what the results say.")
def command(*, check: bool) -> Exit:
    """Write docs/reference/performance.md from bench/results.

    Exit codes: 0 it is what the results say, 1 it is not (--check).
    """
    stale = not PAGE.exists() or PAGE.read_text() != page()
    if stale and not check:
        write()
    click.echo(f"{PAGE.relative_to(PROJECT)}: {'not what the results say' if stale and check else 'as it should be'}")
    return Exit.NOT_MET if stale and check else Exit.MET
