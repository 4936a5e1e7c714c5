"""The requests that one server is sent: for each route another list each time, so that nothing repeats."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import jobs, lists
from bench.load.event import EVENT_ID_LENGTH
from bench.load.lists import RequestList
from bench.load.mixed import mix, parts_of
from bench.seed.rows import ID_LENGTH, Size, client_of, made_id
from bench.targets import CouldNotRun
from bench.tokens import client_tokens


def peers_cursor(moment: int) -> str:
    """Returns the peers' cursor behind the job that was posted ``moment`` milliseconds after the first one."""
    return made_id("job", moment // 1_000)


@dataclass(slots=True)
class Requests:
    """``forgets``: the server keeps nothing, so its writes may repeat.

    ``cursor`` makes the server's own cursor out of milliseconds since the first job.
    """

    name: str
    folder: Path
    size: Size
    jwt_secret: str
    webhook_secret: str
    forgets: bool = False
    cursor: Callable[[int], str] = peers_cursor
    _used: Counter[str] = field(default_factory=Counter)

    def make(self, route: str, count: int) -> RequestList:
        """``CouldNotRun`` when there are too few bookings left to pay for."""
        name = f"{self.name}-{route}"
        if route == "mixed":
            parts = {part: self.make(part, most) for part, most in parts_of(count).items()}
            return mix(self.folder, name, parts, again=self.forgets)
        if route == "cached":
            return lists.first_page(self.folder, name)
        if route == "pages":
            return self._pages(name, count)
        if route == "searches":
            return jobs.searches(self.folder, name, count, seed=self._used[route])
        if route == "posts":
            numbers = range(self._used[route], self._used[route] + count)
            return jobs.posts(self.folder, name, client_tokens(self.jwt_secret), numbers)
        return self._webhooks(name, count) if route == "webhooks" else self._payments(name, count)

    def used(self, route: str, count: int) -> None:
        """Never send these again; those in flight at the end were sent too, though nobody waited for them."""
        self._used.update(parts_of(count) if route == "mixed" else {route: count})

    def _pages(self, name: str, count: int) -> RequestList:
        """Anywhere among the open jobs, elsewhere each time, so that no earlier page is of use."""
        chance = random.Random(self._used["pages"])
        first, last = (self.size.assigned + 21) * 1_000, self.size.jobs * 1_000
        return jobs.pages(self.folder, name, (self.cursor(chance.randint(first, last)) for _ in range(count)))

    def _webhooks(self, name: str, count: int) -> RequestList:
        first = self._used["webhooks"]
        ids = (f"evt_{n:0{EVENT_ID_LENGTH - 4}x}" for n in range(first, first + count))
        secret, now = self.webhook_secret, int(time.time())
        return lists.webhooks(self.folder, name, ids, secret=secret, signed_at=now, again=self.forgets)

    def _payments(self, name: str, count: int) -> RequestList:
        first = 0 if self.forgets else self._used["payments"]
        last = min(first + count, self.size.bookings - 1)  # the last one is for the probe
        if last <= first:
            raise CouldNotRun(f"{self.name} has paid all {last} bookings: ask for more with --bookings")
        tokens = client_tokens(self.jwt_secret)
        orders = ((made_id("bkg", n), f"key-{n:012d}", tokens[client_of(n)]) for n in range(first, last))
        return lists.payments(self.folder, name, orders, booking_id_length=ID_LENGTH, again=self.forgets)
