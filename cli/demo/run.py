"""Run one demo against one stack, from the first registration to the last e-mail."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta

from rich.console import Console

from cli.demo.bars import Bars
from cli.demo.books import Books, Mailed, books, mailed
from cli.demo.chaos import Chaos
from cli.demo.client import Client
from cli.demo.faults import failing
from cli.demo.market import Market, Story, workers_for
from cli.demo.names import People
from cli.demo.report import print_report
from cli.demo.sessions import Members
from cli.demo.verdict import judge
from cli.demo.witness import testify
from cli.demo.work import Work
from cli.stack.errors import StackError
from cli.stack.readiness import READY
from cli.stack.stack import Stack
from runtime.clock import system_clock
from runtime.database import Database, open_database

LOOK_S = 0.25
MAILED_WITHIN_S = 150.0


class Run:
    """One run of the demo.  ``faults``: the share of calls that go wrong, from 0 to 1."""

    def __init__(self, stack: Stack, console: Console, seed: int, *, chaos: bool, faults: float) -> None:
        self._stack = stack
        self._values = stack.values
        self._database_url = stack.settings().database
        self._console = console
        self._seed = seed
        self._faults = faults
        self._chaos = Chaos(stack, seed) if chaos else None
        web = [process for process in stack.observe() if process.name.startswith("web")]
        starting = all(process.state != READY for process in web)
        self.client = Client(self._values["WEB_PUBLIC_URL"], web_is_starting=starting)
        self._addresses = f"demo-{secrets.token_hex(4)}-"
        self._since = system_clock() - timedelta(seconds=1)

    async def play(self, jobs: int, clients: int, rate: float, bad_share: float) -> bool:
        """Run the demo, and return whether all is well; ``StackError`` when the platform ends meanwhile."""
        self._console.print(f"seed {self._seed}")
        manager = self._stack.supervisord.pid
        playing = asyncio.create_task(self._play(jobs, clients, rate, bad_share))
        try:
            while not playing.done() and self._stack.supervisord.pid == manager:
                await asyncio.wait({playing}, timeout=LOOK_S)
            # The error of the demo would only be a consequence of the end.
            if self._stack.supervisord.pid != manager:
                raise StackError("the platform was ended while the demo ran, so nothing was checked")
            return await playing
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            await self.client.close()

    async def _play(self, jobs: int, clients: int, rate: float, bad_share: float) -> bool:
        with closing(open_database(self._database_url)) as database:
            with Bars(self._console) as bars:
                story = await self._live(bars, jobs, clients, rate, bad_share)
                told = await self._until_told(database, bars)
            return self._judge(story, database, told)

    async def _live(self, bars: Bars, jobs: int, clients: int, rate: float, bad_share: float) -> Story:
        people = People(self._seed, self._addresses)
        members = Members(self.client, people)
        market = Market(self.client, people, members, self._seed, bars.tick)
        work = Work(self.client, members, self._seed, bars.tick)
        bars.add("people", clients + workers_for(clients))
        bars.add("hired", jobs)
        story = await market.hire_everybody(jobs, clients, bad_share)
        good = sum(deal.planned == "captured" for deal in story.deals)
        for name, total in (
            *(("onboarded", len(story.workers)), ("accepted", jobs), ("settled", jobs)),
            *(("approved", good), ("reviewed", 2 * good), ("paid out", good)),
        ):
            bars.add(name, total)
        async with self._trouble():
            await work.onboard_everybody(story.workers)
            approved = asyncio.Event()
            watching = asyncio.create_task(work.watch_payouts(approved))
            await market.pay_everybody(story.deals, per_second=rate, then=work.carry_out)
            approved.set()
            await watching
        return story

    @asynccontextmanager
    async def _trouble(self) -> AsyncIterator[None]:
        """Inject the requested faults and kills until all payouts are over."""
        over = asyncio.Event()
        with failing(self._values["SANDBOX_URL"], self._faults, self._seed):
            killing = asyncio.create_task(self._chaos.run(over, mean_pause_s=1.5)) if self._chaos else None
            try:
                yield
            finally:
                over.set()
                if killing:
                    await killing

    async def _until_told(self, database: Database, bars: Bars) -> Mailed:
        """Wait until all e-mails are sent, for at most ``MAILED_WITHIN_S`` seconds, and return their counts."""
        bars.add("e-mails", 0)
        deadline = time.monotonic() + MAILED_WITHIN_S
        while True:
            found = database.read(lambda c: mailed(c, self._addresses, self._since, system_clock()))
            bars.set("e-mails", found.sent, found.sent + found.waiting)
            if found.is_over or time.monotonic() > deadline:
                return found
            await asyncio.sleep(LOOK_S)

    def _judge(self, story: Story, database: Database, told: Mailed) -> bool:
        bookings = [deal.booking_id for deal in story.deals]
        written: Books = database.read(lambda c: books(c, bookings))
        verdict = judge(story.deals, written, told, testify(self._values["SANDBOX_URL"], self._addresses))
        inbox = f"{self._values['SANDBOX_URL']}/sandbox/inbox"
        print_report(self._console, verdict, story.deals, written, self.client, self._chaos, inbox, self._addresses)
        return verdict.is_well
