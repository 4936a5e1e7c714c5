"""The parts of a contract test that do not depend on the port: its event loop, and the sandbox's side of the faults."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import pytest

from domain.provider_errors import TryLater
from gateways.stripe.open import open_all
from gateways.testing import Fault
from tests.contract.sandbox_clients import form, raw
from tests.sandbox_process import SandboxProcess

T = TypeVar("T")
PATIENT = timedelta(seconds=10)
SHORT = timedelta(seconds=1)
KINDS = {
    Fault.RATE_LIMITED: "too_many_requests",
    Fault.LOST_BEFORE: "reset",
    Fault.LOST_AFTER: "effect_without_answer",
    Fault.HANG: "hang",
    Fault.STORED_BEFORE: "error_stored",
    Fault.STORED_AFTER: "effect_error_stored",
}
"""The sandbox's name of each fault."""


def in_the_end(call: Callable[[], T]) -> T:
    """The provider may need a moment to notice that we went away; until then our key is in use."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            return call()
        except TryLater as busy:
            if busy.code != "idempotency_key_in_use":
                raise
    pytest.fail("the key stayed in use")


class Port(Protocol):
    async def close(self) -> None: ...


P = TypeVar("P", bound=Port)


@asynccontextmanager
async def closing(port: P) -> AsyncIterator[P]:
    try:
        yield port
    finally:
        await port.close()


class AnyWorld(Protocol):
    """The provider's side of every contract."""

    def fail_next(self, *faults: Fault) -> None: ...

    async def close(self) -> None: ...


class Contract:
    """Subclasses have a fixture ``world``; all calls of a test run on one event loop, as in a process."""

    @pytest.fixture(autouse=True)
    def _on_one_loop(self, world: AnyWorld) -> Iterator[None]:
        with asyncio.Runner() as runner:
            self.runner = runner
            yield
            runner.run(world.close())

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(call)


class SandboxWorld:
    """One gateway for a test; the sandbox serves all of them, and has forgotten the faults of the test before."""

    operation: str | None = None
    """The only operation whose calls fail; None: whichever comes next."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        sandbox.clear_faults()
        self.sandbox = sandbox

    def fail_next(self, *faults: Fault) -> None:
        only = {} if self.operation is None else {"operation": self.operation}
        for fault in faults:
            self.sandbox.fault(KINDS[fault], next=1, **only)


class StripeWorld(SandboxWorld):
    """All ports of Stripe, over one pool."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        super().__init__(sandbox)
        self.stripe = open_all(sandbox.secret_key, sandbox.url)

    async def close(self) -> None:
        await self.stripe.cards.close()

    def charge(self) -> dict[str, str]:
        """Return a new intent of 120.00 that has succeeded."""
        with raw(self.sandbox) as http:
            made: dict[str, str] = http.post("/v1/payment_intents", data=form()).raise_for_status().json()
        return made

    def paid_out(self, what: str, tag: str) -> int:
        found: int = self.sandbox.paid_out()[what].get(tag, 0)
        return found


class AnyFake:
    """The side of a fake in memory, which has nothing to close."""

    fake: Any

    def fail_next(self, *faults: Fault) -> None:
        self.fake.fail_next(*faults)

    async def close(self) -> None: ...
