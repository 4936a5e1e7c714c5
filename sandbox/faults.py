"""Inject faults on request.  They are rows, so that they survive a kill of the sandbox, and are drawn from a seed."""

from __future__ import annotations

import random
from enum import StrEnum

import msgspec

from sandbox.store import Store


class Kind(StrEnum):
    """The faults; ``ABOUT`` explains each."""

    LATENCY = "latency"
    TOO_MANY_REQUESTS = "too_many_requests"
    ERROR = "error"
    ERROR_STORED = "error_stored"
    HANG = "hang"
    RESET = "reset"
    EFFECT_WITHOUT_ANSWER = "effect_without_answer"
    EFFECT_ERROR_STORED = "effect_error_stored"
    WEBHOOK_DUPLICATE = "webhook_duplicate"
    WEBHOOK_REORDER = "webhook_reorder"
    WEBHOOK_DELAY = "webhook_delay"
    WEBHOOK_LOSE = "webhook_lose"

    @property
    def is_of_webhooks(self) -> bool:
        """Return whether the fault's ``operation`` is an event type and not an operation of the API."""
        return self.value.startswith("webhook_")


ABOUT = {
    Kind.LATENCY: "wait ms (200) before the work begins; a client that gives up meanwhile has still asked for it",
    Kind.TOO_MANY_REQUESTS: "429 with Retry-After: 1; nothing is done, nothing stored",
    Kind.ERROR: "500 before the effect, not stored: the same key works the next time",
    Kind.ERROR_STORED: "500 before the effect, stored under the idempotency key and replayed for it",
    Kind.HANG: "no effect and no answer for ms (60000), then the connection is reset",
    Kind.RESET: "the connection is reset before any effect",
    Kind.EFFECT_WITHOUT_ANSWER: "the effect is committed; after ms (0) the connection is reset in place of an answer",
    Kind.EFFECT_ERROR_STORED: "500 after the effect, stored under the idempotency key and replayed for it",
    Kind.WEBHOOK_DUPLICATE: "the event is delivered twice, the second time ms (50) later",
    Kind.WEBHOOK_REORDER: "the event is held back for up to ms (500), so that later ones overtake it",
    Kind.WEBHOOK_DELAY: "the event is held back for ms (2000)",
    Kind.WEBHOOK_LOSE: "the event is listed by the API, but never delivered",
}
DEFAULT_MS = {
    Kind.LATENCY: 200,
    Kind.HANG: 60_000,
    Kind.EFFECT_WITHOUT_ANSWER: 0,
    Kind.WEBHOOK_DUPLICATE: 50,
    Kind.WEBHOOK_REORDER: 500,
    Kind.WEBHOOK_DELAY: 2_000,
}


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A requested fault: it has either ``rate`` (0–1) or ``next`` (calls); ``operation`` None means all operations."""

    kind: Kind
    rate: float | None = None
    next: int | None = None
    operation: str | None = None
    seed: int = 0
    ms: int | None = None

    def __post_init__(self) -> None:
        if (self.rate is None) == (self.next is None):
            raise ValueError("give either rate (0-1) or next (number of calls)")
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise ValueError("rate is from 0 to 1")
        if (self.next is not None and self.next < 1) or (self.ms is not None and self.ms < 0):
            raise ValueError("next is 1 or more, ms 0 or more")


class Fault(msgspec.Struct, frozen=True):
    """An active fault.

    ``seen``: the calls for which it was drawn; ``hits``: the calls that it hit; ``remaining``: the rest of ``next``.
    """

    id: int
    kind: Kind
    operation: str | None
    rate: float | None
    remaining: int | None
    seed: int
    ms: int | None
    seen: int
    hits: int


class Hit(msgspec.Struct, frozen=True):
    """A fault that hits a call.

    ``ms``: the fault's, or its kind's default; ``chance``: a number from 0 to 1, also drawn from the seed.
    """

    ms: int
    chance: float


class Faults:
    """The active faults, cached in memory, so that calls cost nothing while there are none."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reload()

    def reload(self) -> None:
        columns = Fault.__struct_fields__
        rows = self._store.run(f"SELECT {', '.join(columns)} FROM fault ORDER BY id")  # noqa: S608  # our own names
        self._active = [msgspec.convert(dict(zip(columns, row, strict=True)), Fault) for row in rows]

    async def add(self, order: Order) -> Fault:
        await self._store.write(
            lambda: self._store.run(
                "INSERT INTO fault (kind, operation, rate, remaining, seed, ms) VALUES (?, ?, ?, ?, ?, ?)",
                order.kind.value, order.operation, order.rate, order.next, order.seed, order.ms,
            )
        )  # fmt: skip
        self.reload()
        return self._active[-1]

    async def clear(self) -> None:
        await self._store.write(lambda: self._store.run("DELETE FROM fault"))
        self.reload()

    def list(self) -> list[Fault]:
        return list(self._active)

    def may_strike(self, kind: Kind, operation: str) -> bool:
        return any(f.kind is kind and f.operation in {None, operation} and f.remaining != 0 for f in self._active)

    async def drawn(self, kind: Kind, operation: str) -> Hit | None:
        """Draw outside of a unit; the write is only made when such a fault is active."""
        if not self.may_strike(kind, operation):
            return None
        return await self._store.write(lambda: self.draw(kind, operation))

    def draw(self, kind: Kind, operation: str) -> Hit | None:
        """Draw whether a fault hits this call, count it, and return it; use it within a unit of ``Store.write``."""
        struck: Hit | None = None
        for index, fault in enumerate(self._active):
            if fault.kind is not kind or fault.operation not in {None, operation} or fault.remaining == 0:
                continue
            dice = random.Random(f"{fault.seed}:{fault.kind}:{fault.seen}")
            hit = struck is None and (fault.rate is None or dice.random() < fault.rate)
            remaining = fault.remaining - 1 if hit and fault.remaining is not None else fault.remaining
            self._store.run(
                "UPDATE fault SET seen = seen + 1, hits = hits + ?, remaining = ? WHERE id = ?",
                int(hit), remaining, fault.id,
            )  # fmt: skip
            self._active[index] = msgspec.structs.replace(
                fault, seen=fault.seen + 1, hits=fault.hits + hit, remaining=remaining
            )
            if hit:
                struck = Hit(fault.ms if fault.ms is not None else DEFAULT_MS.get(kind, 0), dice.random())
        return struck
