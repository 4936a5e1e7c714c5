"""The requests that one server is sent: for each route another list each time, so that nothing repeats."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
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

    ``cursor`` makes the server's own cursor out of milliseconds since the first job.  ``makers``: the routes.
    """

    name: str
    folder: Path
    size: Size
    jwt_secret: str
    webhook_secret: str
    makers: Mapping[str, Maker]
    forgets: bool = False
    cursor: Callable[[int], str] = peers_cursor
    _used: Counter[str] = field(default_factory=Counter)

    def make(self, route: str, count: int) -> RequestList:
        """``CouldNotRun`` when there are too few bookings left to pay for."""
        name = f"{self.name}-{route}"
        if route == "mixed":
            parts = {part: self.make(part, most) for part, most in parts_of(count).items()}
            return mix(self.folder, name, parts, again=self.forgets)
        first = self._used[route]
        return self.makers[route](self, name, range(first, first + count))

    def used(self, route: str, count: int) -> None:
        """Never send these again; those in flight at the end were sent too, though nobody waited for them."""
        self._used.update(parts_of(count) if route == "mixed" else {route: count})


Maker = Callable[[Requests, str, range], RequestList]
"""Makes a list, under a name, of the requests with these numbers: those before them were sent."""


def first_page(of: Requests, name: str, _numbers: range) -> RequestList:
    return lists.first_page(of.folder, name)


def pages(of: Requests, name: str, numbers: range) -> RequestList:
    """Anywhere among the open jobs, elsewhere each time, so that no earlier page is of use."""
    chance = random.Random(numbers.start)
    first, last = (of.size.assigned + 21) * 1_000, of.size.jobs * 1_000
    return jobs.pages(of.folder, name, (of.cursor(chance.randint(first, last)) for _ in numbers))


def searches(of: Requests, name: str, numbers: range) -> RequestList:
    return jobs.searches(of.folder, name, len(numbers), seed=numbers.start)


def posts(of: Requests, name: str, numbers: range) -> RequestList:
    return jobs.posts(of.folder, name, client_tokens(of.jwt_secret), numbers)


def webhooks(of: Requests, name: str, numbers: range) -> RequestList:
    ids = (f"evt_{n:0{EVENT_ID_LENGTH - 4}x}" for n in numbers)
    secret, now = of.webhook_secret, int(time.time())
    return lists.webhooks(of.folder, name, ids, secret=secret, signed_at=now, again=of.forgets)


def payments(of: Requests, name: str, numbers: range) -> RequestList:
    first = 0 if of.forgets else numbers.start
    last = min(first + len(numbers), of.size.bookings - 1)  # the last one is for the probe
    if last <= first:
        raise CouldNotRun(f"{of.name} has paid all {last} bookings: ask for more with --bookings")
    tokens = client_tokens(of.jwt_secret)
    orders = ((made_id("bkg", n), f"key-{n:012d}", tokens[client_of(n)]) for n in range(first, last))
    return lists.payments(of.folder, name, orders, booking_id_length=ID_LENGTH, again=of.forgets)


MAKERS: Mapping[str, Maker] = {
    "cached": first_page,
    "pages": pages,
    "searches": searches,
    "posts": posts,
    "webhooks": webhooks,
    "payments": payments,
}
