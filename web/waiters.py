"""``Prefer: wait``: hold an answer until a payment, or a payout account, no longer waits for its provider.

One watcher in each process serves all waiters.  The watcher checks whether the database changed at all (two
microseconds on SQLite), and only then reads the awaited rows, in one statement for each kind.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence

from domain.database import Connection
from domain.payments.read import unsettled_among
from domain.payouts.accounts.read import waiting_among
from runtime.database import Database, Watch

MAXIMUM_WAIT_S = 25
MAXIMUM_WAITERS = 500
LOOK_EVERY_S = 0.01
STILL: dict[str, Callable[[Connection, Sequence[str]], set[str]]] = {"pay": unsettled_among, "pac": waiting_among}
"""By the prefix of an id: the function that returns which of such ids still wait."""
_PREFER = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,5})(?:$|[,;\s])")


def wait_of(prefer: str | None) -> int:
    """Return the seconds that a ``Prefer`` header asks for, at most ``MAXIMUM_WAIT_S``; 0 without one."""
    found = _PREFER.search(prefer or "")
    return min(int(found[1]), MAXIMUM_WAIT_S) if found else 0


class Waiters:
    """The waiters of one event loop; beyond ``MAXIMUM_WAITERS`` a request does not wait, and is answered at once."""

    def __init__(self, database: Database, watch: Watch) -> None:
        self._database = database
        self._watch = watch
        self._events: dict[str, list[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None
        self._somebody_came = False

    async def until_settled(self, waited_for: str, seconds: float) -> None:
        """Return when the row with the id ``waited_for`` is settled, or after ``seconds``."""
        if sum(map(len, self._events.values())) >= MAXIMUM_WAITERS:
            return
        settled = asyncio.Event()
        self._events.setdefault(waited_for, []).append(settled)
        self._somebody_came = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(seconds):
                await settled.wait()
        except TimeoutError:
            return  # the caller answers with the present state
        finally:
            self._forget(waited_for, settled)

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._watch.close()

    def _forget(self, waited_for: str, settled: asyncio.Event) -> None:
        waiting = self._events[waited_for]
        waiting.remove(settled)
        if not waiting:
            del self._events[waited_for]

    async def _look(self) -> None:
        """Wake settled waiters, as long as there are waiters.

        A new waiter is checked at once: its row may have settled, and the change may have been seen, between the
        waiter's own read and its registration.
        """
        while self._events:
            if self._watch.changed() or self._somebody_came:
                self._somebody_came = False
                await self._wake()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _wake(self) -> None:
        ids = list(self._events)

        def unit(connection: Connection) -> set[str]:
            kinds = {prefix: [i for i in ids if i.startswith(f"{prefix}_")] for prefix in STILL}
            return {i for prefix, mine in kinds.items() if mine for i in STILL[prefix](connection, mine)}

        unsettled = await self._database.read_inline_or_pool(unit)
        for waited_for in ids:
            if waited_for not in unsettled:
                for settled in self._events.get(waited_for, ()):
                    settled.set()
