"""The command ``handwork demo``."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections.abc import Mapping

import click
import httpx

from cli.demo.client import GaveUp, UnexpectedAnswer
from cli.demo.run import Run
from cli.here import this_home
from cli.stack.stack import Stack
from cli.terminal import open_console

console = open_console()


@click.command()
@click.option(
    "--jobs", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Jobs to post, pay and do."
)
@click.option("--clients", type=click.IntRange(1, 1000), default=5, show_default=True, help="People who post them.")
@click.option("--rate", type=click.FloatRange(0.1, 1000), default=10.0, show_default=True, help="Payments a second.")
@click.option("--declines", type=click.IntRange(0, 100), default=10, show_default=True, help="% planned to decline.")
@click.option("--faults", type=click.IntRange(0, 50), default=0, show_default=True, help="% of calls that go wrong.")
@click.option("--chaos", is_flag=True, help="Kill -9 the platform's processes meanwhile.")
@click.option("--seed", type=int, default=None, help="Repeat a run's people, declines, faults and kills.")
def demo(jobs: int, clients: int, rate: float, declines: int, faults: int, chaos: bool, seed: int | None) -> None:
    """Drive the running platform over HTTP, from sign-up to payout, and check what came of it.

    People register, jobs are posted, workers hired, bookings paid by card, work done, approved and reviewed,
    and the workers paid out; the sandbox's inbox shows the e-mails of it. Faults and kills may be added; nothing may
    be lost or done twice. What the table says is read from the ledger and from the sandbox's own count.

    Exit codes: 0 all is well, 1 something was lost, doubled or unplanned, a worker is not paid, or the platform was
    ended meanwhile, 2 wrong usage, 4 nothing runs.
    """
    stack = Stack(this_home())
    if not stack.is_running():
        console.print("Nothing runs here; start it first: ./handwork up --detach")
        sys.exit(4)
    if reason := unfit(stack.values):
        raise click.ClickException(reason)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C, so that the faults are removed
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    run = Run(stack, console, seed, chaos=chaos, faults=faults / 100)
    try:
        well = asyncio.run(run.play(jobs, clients, rate, declines / 100))
    except (GaveUp, UnexpectedAnswer, httpx.HTTPError) as error:
        raise click.ClickException(f"{error} (seed {seed})") from error
    sys.exit(0 if well else 1)


def unfit(values: Mapping[str, str]) -> str | None:
    """Return why the demo must not drive a stack with these values; None when it may."""
    if "STRIPE_API_BASE" not in values:
        return "the demo pays with the sandbox's cards, and this stack talks to Stripe itself"
    if "SENDGRID_API_BASE" not in values:
        return "the demo's people do not exist, and this stack would write to them through SendGrid itself"
    return None
