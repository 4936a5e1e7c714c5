"""Several processes and several hosts: takeovers, restarts without a gap, and two releases at work on one schema.

Two hosts have one PostgreSQL server, one broker and one sandbox.  A crowd pays through both all the time: no request of
it may fail, and no payment may be lost or made twice.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from cli.demo.client import Client
from cli.stack.stack import Stack
from domain.oversight.ledger_checks.invariants import breaches
from runtime.database import open_database
from tests.drills import release
from tests.drills.conftest import QUICK
from tests.drills.crowd import unpaid_bookings
from tests.drills.hosts import Host
from tests.drills.look import Look, wait_for
from tests.drills.payers import Payers
from tests.postgres import PostgresServer

PER_S = 3.0
BOOKINGS = 2_500
SLOT = timedelta(seconds=20)
TAKEN_OVER_WITHIN_S = 10.0
SETTLED_WITHIN_S = 60.0


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """Whatever the database of the other drills is: several hosts need a server."""
    made = PostgresServer("max_connections=300")
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def hosts(tmp_path: Path, server: PostgresServer) -> Iterator[tuple[Host, Host]]:
    first = Host(tmp_path / "first", {**QUICK, "DATABASE_URL": server.create("handwork")})
    made = [first]
    try:
        first.run("up", "--detach")
        second = Host(tmp_path / "second", first.shared())
        made.append(second)
        second.run("up", "--detach")
        yield first, second
    finally:
        for host in reversed(made):
            host.stack.kill()


def settled(look: Look) -> bool:
    return look.open_rows() == 0 and look.one("SELECT count(*) FROM payment WHERE status <> 'captured'") == 0


@pytest.mark.timeout(900)
def test_two_hosts(hosts: tuple[Host, Host]) -> None:
    first, second = hosts
    assert set(second.stack.pids()) == set(first.stack.pids()) - {"broker", "sandbox"}
    with closing(Look(first.stack)) as look:
        payers = asyncio.run(lived_through(first, second, look))
        took = wait_for(lambda: settled(look), SETTLED_WITHIN_S, "all is done", look.story)
        slots_were_fired_once(look)
        nothing_was_lost(first.stack, look, payers)
        marked(look)
    print(f"settled {took:.1f} s after the last payment")


async def lived_through(first: Host, second: Host, look: Look) -> Payers:
    client = Client(first.url)
    unpaid = await unpaid_bookings(client, first.stack.settings().database, BOOKINGS)
    await client.close()
    payers, over = Payers([first.url, second.url], unpaid, PER_S), asyncio.Event()
    paying = asyncio.create_task(payers.pay(over))
    begun = time.monotonic()
    try:
        for story in (relays_take_over, beats_take_over, restarted_without_a_gap, two_releases_at_once):
            await asyncio.to_thread(story, first, second, look)
            assert not paying.done(), "there are bookings left to pay"
            print(f"{story.__name__}: {time.monotonic() - begun:.0f} s, {len(payers.accepted)} payments accepted")
    finally:
        over.set()
        await paying
    tell(payers)
    assert payers.failures == []
    return payers


def tell(payers: Payers) -> None:
    print(
        f"{len(payers.accepted)} payments, {len(payers.failures)} failed requests; a request p50 "
        f"{statistics.median(payers.seconds) * 1000:.0f} ms, at most {max(payers.seconds):.1f} s"
    )
    print(f"{payers.resets} resets on idle connections, repeated with their key; last answers: {dict(payers.closed)}")


def working_relay(look: Look) -> int:
    """Only the one that holds the lock writes its row."""
    pid: int = look.one("SELECT pid FROM process WHERE role = 'relay' ORDER BY seen_at DESC LIMIT 1")
    return pid


def host_of(pid: int, *hosts: Host, name: str) -> Host:
    return next(host for host in hosts if host.stack.pids().get(name) == pid)


def relays_take_over(first: Host, second: Host, look: Look) -> None:
    """One way, and then the other."""
    for _ in range(2):
        relay_takes_over(first, second, look)


def relay_takes_over(first: Host, second: Host, look: Look) -> None:
    """The one that works is killed; the other host's, which waits, goes on before that one is there again."""
    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    wait_for(lambda: look.one(waits) == 1, SETTLED_WITHIN_S, "a second relay waits for the lock", look.story)
    dead = working_relay(look)
    host = host_of(dead, first, second, name="relay")
    os.kill(dead, signal.SIGKILL)
    print(f"a relay was killed; rows were published again {published_again(look):.1f} s later")
    wait_for(lambda: working_relay(look) != dead, TAKEN_OVER_WITHIN_S, "another one says that it works")
    other = second if host is first else first
    assert other.stack.pids()["relay"] == working_relay(look), "it is the other host's"


def published_again(look: Look) -> float:
    """Seconds until rows are published that were not before."""
    now_us, sent = time.time_ns() // 1000, "SELECT count(*) FROM outbox WHERE sent_at > ?"
    return wait_for(lambda: look.one(sent, now_us) > 0, TAKEN_OVER_WITHIN_S, "rows are published again", look.story)


def beats_take_over(first: Host, second: Host, look: Look) -> None:
    """One host has no beat while a slot falls due, then the other."""
    for host in (first, second):
        host.stack.supervised.stop("beat")
        other_beat_fires(look)
        host.stack.supervised.start("beat")


def other_beat_fires(look: Look) -> None:
    before = len(slots(look))
    wait_for(lambda: len(slots(look)) > before, 2 * SLOT.seconds, "the other host's beat fires", look.story)


def slots(look: Look) -> list[datetime]:
    """Of the quickest schedule."""
    rows = look.rows("SELECT unique_key FROM outbox WHERE unique_key LIKE 'reconcile-stripe-events@%'")
    return sorted(datetime.fromisoformat(key.partition("@")[2]) for (key,) in rows)


def slots_were_fired_once(look: Look) -> None:
    found = slots(look)
    assert len(found) == len(set(found)) > 2
    assert {later - earlier for earlier, later in pairwise(found)} == {SLOT}
    print(f"{len(found)} slots of {SLOT.seconds} s, none missed, none twice")


def restarted_without_a_gap(first: Host, second: Host, _look: Look) -> None:
    first.run("restart", "--rolling")


def two_releases_at_once(first: Host, second: Host, look: Look) -> None:
    """The first host gets the next release while the second one has the former and its relay the lock."""
    release.bring(first.release)
    first.run("restart", "--rolling")
    wait_for(lambda: working_relay(look) == second.stack.pids()["relay"], TAKEN_OVER_WITHIN_S, "an old relay works")
    wait_for(lambda: "left to another release" in second.log("relay"), 30, "it says what it does not know", look.story)
    waiting = "SELECT count(*) FROM outbox WHERE task = ? AND status = 'pending'"
    assert look.one(waiting, release.TASK) > 0
    assert release.TASK in second.run("tasks", "list", "--status", "pending", "--task", release.TASK)
    old_processes_start_on_the_newer_schema(second)
    os.kill(second.stack.pids()["relay"], signal.SIGKILL)  # the new one works now, and an old worker may get its hints
    wait_for(lambda: look.one(waiting, release.TASK) == 0, 30, "the new relay publishes them", look.story)
    release.bring(second.release)
    second.run("restart", "--rolling")
    assert second.run("db", "status").startswith(f"database: {release.REVISION}, this release: {release.REVISION}")


def old_processes_start_on_the_newer_schema(host: Host) -> None:
    assert "this one works on its schema" in host.run("db", "status", code=3)
    assert "works on it: nothing to do" in host.run("db", "migrate")
    before = host.stack.pids()
    for name in ("web", "worker-payments", "beat"):
        os.kill(before[name], signal.SIGTERM)
    names = ("web", "worker-payments", "beat")
    wait_for(
        lambda: all(host.stack.pids().get(name) not in (None, before[name]) for name in names), 60, "they are back"
    )
    wait_for(lambda: _is_ready(host), 60, "the old web answers on the newer schema")


def _is_ready(host: Host) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{host.url}/health/ready", timeout=5, trust_env=False).status_code == 200
    return False


def nothing_was_lost(stack: Stack, look: Look, payers: Payers) -> None:
    """What was accepted is captured, each payment charged once; the ledger agrees, and no row is dead."""
    captured = {row[0] for row in look.rows("SELECT id FROM payment WHERE status = 'captured'")}
    assert captured == set(payers.accepted.values())
    effects = httpx.get(f"{stack.values['SANDBOX_URL']}/sandbox/effects", timeout=30).json()
    assert effects["by_payment"] == dict.fromkeys(captured, 1)
    assert look.one("SELECT count(*) FROM transfer WHERE code = 'capture'") == len(captured)
    assert look.rows("SELECT id, task, error FROM outbox WHERE status = 'dead'") == []
    database = open_database(stack.settings().database)
    assert database.read(breaches) == []
    database.close()


def marked(look: Look) -> None:
    """What the new release has queued was done once each, and the former one's rows have no mark."""
    queued = look.one("SELECT count(*) FROM outbox WHERE task = ?", release.TASK)
    assert look.one("SELECT count(*) FROM outbox WHERE task = ? AND status = 'done'", release.TASK) == queued > 0
    assert look.one("SELECT count(*) FROM payment WHERE drill_mark = 'new'") == queued
    assert look.one("SELECT count(*) FROM drill") == queued
    print(f"{queued} tasks that the former release does not know, all done once")


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """One, with its own file of a database and two of what serves."""
    made = Host(tmp_path / "only", QUICK)
    try:
        made.run("up", "--detach", "--web", "2")
        yield made
    finally:
        made.stack.kill()


@pytest.mark.timeout(600)
def test_one_host_on_sqlite_gets_the_next_release(host: Host) -> None:
    before = host.stack.pids()
    payers = asyncio.run(upgraded(host))
    after = host.stack.pids()
    assert {name for name in before if before[name] == after[name]} == {"broker", "sandbox"}
    with closing(Look(host.stack)) as look:
        wait_for(lambda: settled(look), SETTLED_WITHIN_S, "all is done", look.story)
        nothing_was_lost(host.stack, look, payers)
        marked(look)


async def upgraded(host: Host) -> Payers:
    client = Client(host.url)
    unpaid = await unpaid_bookings(client, host.stack.settings().database, BOOKINGS)
    await client.close()
    payers, over = Payers([host.url], unpaid, 2 * PER_S), asyncio.Event()
    paying = asyncio.create_task(payers.pay(over))
    try:
        release.bring(host.release)
        print(await asyncio.to_thread(host.run, "restart", "--rolling"))
        many = len(payers.accepted)
        await asyncio.to_thread(wait_for, lambda: len(payers.accepted) > many + 10, 60, "the new release is paid by")
    finally:
        over.set()
        await paying
    tell(payers)
    assert payers.failures == []
    return payers
