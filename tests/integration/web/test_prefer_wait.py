"""``Prefer: wait``: an answer is held until the payment has something to say, and no longer."""

from __future__ import annotations

import asyncio
import time

import pytest

from domain.cause import SYSTEM
from domain.payments.ports import Captured, Outcome, RequiresAction
from domain.payments.record_outcome import record_outcome
from runtime.database import Watch
from tests.integration.database import processes
from tests.integration.web.conftest import Site
from tests.people import Person, hired, made
from web.waiters import MAXIMUM_WAIT_S, MAXIMUM_WAITERS, Waiters, wait_of

CAPTURED = Captured(provider_id="pi_1", charge_id="ch_1", amount_minor=9_000, currency="usd", fee_minor=291)
RECORDER = """
import sys
from domain.cause import Cause
from domain.payments.record_outcome import record_outcome
from runtime.clock import system_clock
from runtime.database import open_database
from runtime.ids import new_id
from tests.integration.web.test_prefer_wait import CAPTURED
url, payment_id = sys.argv[1:]
database = open_database(url)
cause = Cause(system_clock(), "stripe", "cor_elsewhere", new_id)
print("ready", flush=True)
sys.stdin.readline()
database.write(lambda c: record_outcome(c, cause, payment_id, CAPTURED))
database.close()
"""


def tell(site: Site, payment_id: str, outcome: Outcome = CAPTURED) -> None:
    cause = site.services.cause(SYSTEM, "cor_test_0001")
    site.database.write(lambda c: record_outcome(c, cause, payment_id, outcome))


async def paying(site: Site) -> tuple[Person, str]:
    alice, bob = await site.people.alice(), await site.people.bob()
    payment = made(await alice.pay((await hired(alice, bob))["id"]), 202)
    return alice, payment["id"]


async def status(alice: Person, payment_id: str, wait: str) -> str:
    found: str = made(await alice.get(f"/payments/{payment_id}", headers={"Prefer": wait}), 200)["status"]
    return found


async def test_it_is_released_by_another_process(site: Site) -> None:
    alice, payment_id = await paying(site)
    other = processes.start(RECORDER, site.url, payment_id)
    await asyncio.to_thread(processes.say_ready, other)
    waiting = [asyncio.create_task(status(alice, payment_id, "wait=25")) for _ in range(3)]
    done, _ = await asyncio.wait(waiting, timeout=0.2)
    assert not done
    started = time.monotonic()
    await asyncio.to_thread(processes.finish, other)  # the end of its input is what it waits for
    assert await asyncio.gather(*waiting) == ["captured"] * 3
    assert time.monotonic() - started < 10


async def test_when_the_time_is_up_the_answer_is_what_there_is(site: Site) -> None:
    alice, payment_id = await paying(site)
    started = time.monotonic()
    assert await status(alice, payment_id, "respond-async, wait=1") == "accepted"
    assert time.monotonic() - started >= 1


async def test_nobody_waits_for_what_is_known_or_for_the_client(site: Site) -> None:
    alice, payment_id = await paying(site)
    tell(site, payment_id, RequiresAction(provider_id="pi_1", client_secret="pi_1_secret"))
    started = time.monotonic()
    answer = made(await alice.get(f"/payments/{payment_id}", headers={"Prefer": "wait=25"}), 200)
    assert (answer["status"], answer["client_secret"]) == ("requires_action", "pi_1_secret")
    tell(site, payment_id)
    answer = made(await alice.get(f"/payments/{payment_id}", headers={"Prefer": "wait=25"}), 200)
    assert (answer["status"], answer["client_secret"]) == ("captured", None)
    assert (await alice.get("/payments/pay_" + "0" * 25, headers={"Prefer": "wait=25"})).status_code == 404
    assert time.monotonic() - started < 10


async def test_beyond_the_cap_the_answer_comes_at_once(sqlite_site: Site) -> None:
    site = sqlite_site
    alice, payment_id = await paying(site)
    waiting = [asyncio.create_task(status(alice, payment_id, "wait=25")) for _ in range(MAXIMUM_WAITERS)]
    done, _ = await asyncio.wait(waiting, timeout=1)
    assert not done
    assert await asyncio.wait_for(status(alice, payment_id, "wait=25"), timeout=10) == "accepted"
    tell(site, payment_id)
    assert set(await asyncio.gather(*waiting)) == {"captured"}


async def test_a_client_that_hangs_up_is_forgotten(site: Site) -> None:
    alice, payment_id = await paying(site)
    waiting = asyncio.create_task(status(alice, payment_id, "wait=25"))
    await asyncio.wait([waiting], timeout=0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert site.services.waiters._events == {}


class TellsNothing(Watch):
    """A watch whose news somebody else has had."""

    def changed(self) -> bool:
        return False

    def close(self) -> None: ...


async def test_who_comes_just_after_the_news_is_told_all_the_same(site: Site) -> None:
    _, first = await paying(site)
    _, second = await paying(site)
    waiters = Waiters(site.database, TellsNothing())
    early = asyncio.create_task(waiters.until_settled(first, 30))
    await asyncio.wait([early], timeout=0.1)
    tell(site, second)
    await asyncio.wait_for(waiters.until_settled(second, 30), timeout=10)
    assert not early.done()
    early.cancel()
    waiters.close()


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("wait", 0),
        ("wait=0", 0),
        ("wait=5", 5),
        ("respond-async, wait=10", 10),
        ("wait=10; foo=bar", 10),
        ("wait=26", MAXIMUM_WAIT_S),
        ("wait=99999", MAXIMUM_WAIT_S),
        ("wait=999999", 0),
        ("wait=-1", 0),
        ("wait=1.5", 0),
        ("wait=١", 0),
        ("await=5", 0),
        ("wait=5x", 0),
    ],
)
def test_how_long_was_asked_for(prefer: str | None, seconds: int) -> None:
    assert wait_of(prefer) == seconds
