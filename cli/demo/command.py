"""The command."""

from __future__ import annotations

import asyncio
import random
import secrets
import statistics
import sys
from collections.abc import Sequence

import click
import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.demo.chaos import Chaos
from cli.demo.client import Client, GaveUp, UnexpectedAnswer
from cli.demo.market import Market, Story
from cli.demo.people import People
from cli.demo.verdict import Verdict, judge
from cli.here import this_home
from cli.stack.stack import Stack

console = Console()
PROVIDER_FAULTS = ("error", "error_stored", "too_many_requests", "reset", "effect_without_answer")
WEBHOOK_FAULTS = ("webhook_lose", "webhook_duplicate", "webhook_reorder")


@click.command()
@click.option("--jobs", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Jobs to post and pay.")
@click.option("--clients", type=click.IntRange(1, 1000), default=5, show_default=True, help="People who post them.")
@click.option("--rate", type=click.FloatRange(0.1, 1000), default=10.0, show_default=True, help="Payments a second.")
@click.option("--declines", type=click.IntRange(0, 100), default=10, show_default=True, help="% planned to decline.")
@click.option("--faults", type=click.IntRange(0, 50), default=0, show_default=True, help="% of calls that go wrong.")
@click.option("--chaos", is_flag=True, help="Kill -9 the platform's processes meanwhile.")
@click.option("--seed", type=int, default=None, help="Repeat a run's people, declines, faults and kills.")
def demo(jobs: int, clients: int, rate: float, declines: int, faults: int, chaos: bool, seed: int | None) -> None:
    """Drive the main job of the running platform over HTTP, and check what came of it.

    People register, jobs are posted, workers hired, bookings paid by card; a Celery worker charges the
    sandbox, the signed webhook confirms it, the ledger balances. Faults and kills may be added; nothing
    may be lost or done twice.

    Exit codes: 0 all is well, 1 something was lost, doubled or unplanned, 2 wrong usage, 4 nothing runs.
    """
    stack = Stack(this_home())
    if not stack.is_running():
        console.print("Nothing runs here; start it first: ./handwork up --detach")
        sys.exit(4)
    if "SANDBOX_URL" not in stack.values or "STRIPE_API_BASE" not in stack.values:
        raise click.ClickException("the demo pays with the sandbox's cards, and this stack talks to Stripe itself")
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    run = Run(stack, seed, chaos=chaos, faults=faults / 100)
    try:
        well = asyncio.run(run.play(jobs, clients, rate, declines / 100))
    except (GaveUp, UnexpectedAnswer) as error:
        raise click.ClickException(f"{error} (seed {seed})") from error
    sys.exit(0 if well else 1)


class Run:
    """One demo against one stack."""

    def __init__(self, stack: Stack, seed: int, *, chaos: bool, faults: float) -> None:
        self._values = stack.values
        self._seed = seed
        self._faults = faults
        self._chaos = Chaos(stack, seed) if chaos else None
        self._client = Client(self._values["WEB_PUBLIC_URL"])

    async def play(self, jobs: int, clients: int, rate: float, bad_share: float) -> bool:
        console.print(f"seed {self._seed}")
        with Progress(
            TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        ) as progress:
            workers = max(1, clients // 2)
            bars = {
                name: progress.add_task(name, total=total)
                for name, total in (
                    ("people", clients + workers),
                    ("hired", jobs),
                    ("accepted", jobs),
                    ("settled", jobs),
                )
            }
            people = People(self._seed, secrets.token_hex(4))
            market = Market(self._client, people, self._seed, lambda name: progress.advance(bars[name]))
            story = await market.hire_everybody(jobs, clients)
            await self._pay(market, story, rate, bad_share)
        await self._client.close()
        verdict = judge(story.paid, self._values["SANDBOX_URL"])
        self._report(story, verdict)
        return verdict.is_well

    async def _pay(self, market: Market, story: Story, rate: float, bad_share: float) -> None:
        over = asyncio.Event()
        killing = asyncio.create_task(self._chaos.run(over, mean_pause_s=1.5)) if self._chaos else None
        self._set_faults()
        try:
            await market.pay_everybody(story, per_second=rate, bad_share=bad_share)
        finally:
            over.set()
            if killing:
                await killing
            self._clear_faults()

    def _set_faults(self) -> None:
        if not self._faults:
            return
        for kind in PROVIDER_FAULTS:
            self._post_fault(kind, self._faults / len(PROVIDER_FAULTS), "payment_intents.create")
        for kind in WEBHOOK_FAULTS:
            self._post_fault(kind, self._faults, None)

    def _post_fault(self, kind: str, rate: float, operation: str | None) -> None:
        body = {"kind": kind, "rate": rate, "operation": operation, "seed": self._seed}
        httpx.post(f"{self._values['SANDBOX_URL']}/sandbox/faults", json=body, timeout=10.0).raise_for_status()

    def _clear_faults(self) -> None:
        if self._faults:
            httpx.delete(f"{self._values['SANDBOX_URL']}/sandbox/faults", timeout=10.0).raise_for_status()

    def _report(self, story: Story, verdict: Verdict) -> None:
        table = Table("what", "figure", title="What came of it", title_justify="left")
        table.add_row("accepted", str(verdict.accepted))
        table.add_row("captured", str(verdict.captured))
        table.add_row("declined as planned", str(verdict.declined_as_planned))
        table.add_row("otherwise than planned", str(verdict.unplanned))
        table.add_row("duplicates at the provider", str(verdict.duplicates))
        table.add_row("lost", str(verdict.lost))
        table.add_row("ledger difference", str(verdict.ledger_difference))
        table.add_row("request p50 / p99", _milliseconds(self._client.seconds))
        settled = [p.settled_after for p in story.paid if p.settled_after is not None and p.status == "captured"]
        table.add_row("accept → captured p50 / p99", _milliseconds(settled))
        table.add_row("requests repeated", str(self._client.unanswered))
        if self._chaos:
            kills = ", ".join(f"{kind} {n}" for kind, n in sorted(self._chaos.kills.items()))
            table.add_row("kills survived", f"{self._chaos.kills.total()} ({kills})")
        console.print(table)
        console.print("[green]All is well.[/green]" if verdict.is_well else "[red]Not well.[/red]")


def _milliseconds(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "-"
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"{cuts[49] * 1000:.1f} / {cuts[98] * 1000:.1f} ms"
