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
from cli.manual import USAGE, manual
from cli.stack.stack import Stack
from cli.terminal import open_console, say


@click.command(
    epilog=manual(
        "demo",
        "demo --jobs 200 --chaos --faults 10",
        codes={
            0: "every promise was kept",
            1: "something was lost, doubled or unplanned, a worker is not paid, or the platform ended meanwhile",
            2: USAGE,
            4: "the platform does not run",
        },
    )
)
@click.option("--jobs", type=click.IntRange(1, 100_000), default=20, help="Jobs to post, pay and do.")
@click.option("--clients", type=click.IntRange(1, 1000), default=5, help="Clients who post them.")
@click.option("--rate", type=click.FloatRange(0.1, 1000), default=10.0, help="Payments a second.")
@click.option("--declines", type=click.IntRange(0, 100), default=10, help="Percentage of cards that are declined.")
@click.option("--faults", type=click.IntRange(0, 50), default=0, help="Percentage of provider calls that fail.")
@click.option("--chaos", is_flag=True, help="Kill processes of the platform (kill -9) meanwhile.")
@click.option("--seed", type=int, help="Repeat the people, declines, faults and kills of an earlier run.")
def demo(jobs: int, clients: int, rate: float, declines: int, faults: int, chaos: bool, seed: int | None) -> None:
    """Run a whole market on the running platform, and check its money.

    Clients and workers register over HTTP. Jobs are posted, workers hired, bookings paid by card, the work done,
    approved and reviewed, and the workers paid out. The sandbox's inbox shows the e-mails.

    Prints the progress, then a table that compares the amounts that the API confirmed with the ledger and with the
    sandbox's own count. --faults makes the provider fail, --chaos kills processes; the amounts must still agree.
    """
    stack = Stack(this_home())
    if not stack.is_running():
        say("Nothing runs here; start it first: ./handwork up --detach")
        sys.exit(4)
    if reason := unfit(stack.values):
        raise click.ClickException(reason)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C, so that the faults are removed
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    run = Run(stack, open_console(), seed, chaos=chaos, faults=faults / 100)
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
