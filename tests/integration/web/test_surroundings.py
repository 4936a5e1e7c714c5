"""Health, CORS, the API's viewer, and what the application does when it starts and ends."""

from __future__ import annotations

import re
import signal
from datetime import datetime, timedelta

import anyio
import msgspec
import pytest
from litestar.testing import AsyncTestClient
from sqlalchemy import make_url

from domain.payments.work import Submit
from domain.platform.outbox.control import set_paused
from domain.platform.outbox.due import mark_sent
from domain.platform.outbox.enqueue import enqueue
from domain.platform.processes.beat import CLOCK_AHEAD_MS, Process, beat, seen_since
from domain.platform.queues import BEATING
from runtime.clock import system_clock
from runtime.database import Closed, open_database
from runtime.settings import Settings, load
from tests.integration.database import processes
from tests.integration.web.conftest import SETTINGS, Site, client, open_site, site_at
from tests.people import JOB, PASSWORD
from tests.postgres import PostgresServer
from tests.problems import assert_problem
from tests.small_disk import SmallDisk
from tests.sql import run_sql
from tests.story import cause_of
from web.app import build_app, build_services
from web.request_log import RequestLog


def alive(site: Site, role: str, *, broker_ok: bool | None = True, ago_s: float = 0, clock_ahead_ms: int = 0) -> None:
    seen = site.clock() - timedelta(seconds=ago_s)
    process = Process(f"here:1:{role}", role, "here", 1, seen, seen, broker_ok, {CLOCK_AHEAD_MS: clock_ahead_ms})
    site.database.write(lambda c: beat(c, process))


async def test_health_is_degraded_until_everybody_was_heard_of(site: Site) -> None:
    nobody = (await site.http.get("/health")).json()
    assert (nobody["status"], nobody["broker"], nobody["missing"]) == ("degraded", "unknown", list(BEATING))
    for role in BEATING:
        alive(site, role, broker_ok=None if role == "beat" else True)
    everybody = (await site.http.get("/health")).json()
    assert (everybody["status"], everybody["broker"], everybody["missing"]) == ("ok", "ok", [])
    assert [p["role"] for p in everybody["processes"]] == sorted(BEATING)


async def test_health_is_degraded_not_failed_by_a_broker_that_is_down(site: Site) -> None:
    for role in BEATING:
        alive(site, role, broker_ok=role != "relay")
    answer = await site.http.get("/health")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["broker"]) == ("degraded", "down")


async def test_a_process_whose_clock_is_off_is_named(site: Site) -> None:
    for role in BEATING:
        alive(site, role, clock_ahead_ms=3_000 if role == "beat" else -1_900)
    health = (await site.http.get("/health")).json()
    assert health["status"] == "degraded"
    assert [(p["role"], p["clock_ahead_ms"]) for p in health["clocks_off"]] == [("beat", 3_000)]


async def test_a_process_that_fell_silent_is_missing(site: Site) -> None:
    for role in BEATING:
        alive(site, role, ago_s=14)
    assert (await site.http.get("/health")).json()["status"] == "ok"
    site.clock.forward(seconds=2)
    alive(site, "beat", broker_ok=None)
    health = (await site.http.get("/health")).json()
    assert (health["status"], "beat" in health["missing"], "relay" in health["missing"]) == ("degraded", False, True)


async def test_health_counts_what_waits_by_queue(site: Site) -> None:
    await site.webhook(b'{"id": "evt_1", "type": "x"}')
    (queue,) = (await site.http.get("/health")).json()["queues"]
    assert (queue["queue"], queue["status"], queue["rows"]) == ("webhooks", "pending", 1)


async def test_health_names_a_queue_that_no_worker_consumes(site: Site) -> None:
    enqueued = site.database.write(lambda c: enqueue(c, cause_of(site.clock, "system"), Submit(payment_id="pay_1")))
    site.database.write(lambda c: mark_sent(c, [enqueued or ""], now=site.clock()))
    since = site.clock()
    for forward in (15, 1):
        site.clock.forward(seconds=forward)
        for role in BEATING:
            alive(site, role)
        health = (await site.http.get("/health")).json()
        if forward == 15:
            assert (health["status"], health["unserved"]) == ("ok", [])
    (queue,) = health["unserved"]
    assert (health["status"], queue["queue"], queue["rows"]) == ("degraded", "payments", 1)
    assert datetime.fromisoformat(queue["since"]) == since


async def test_health_names_paused_queues_and_what_restarts_again_and_again(site: Site) -> None:
    for role in BEATING:
        alive(site, role)
    began = (await site.http.get("/health")).json()
    assert (began["paused"], began["restarting"]) == ([], [])
    cause = cause_of(site.clock, "operator:ada")
    site.database.write(lambda c: set_paused(c, cause, "payments", paused=True, reason="a holiday"))
    for n in range(4):
        died = site.clock() - timedelta(seconds=60 + n)
        row = Process(f"here:{n}:dead", "beat", "here", n, died, died, None, {})
        site.database.write(lambda c, row=row: beat(c, row))
        health = (await site.http.get("/health")).json()
        named = [{"role": "beat", "host": "here", "ended": 4}] if n == 3 else []
        assert (health["status"], health["paused"], health["restarting"]) == ("ok", ["payments"], named)
    site.clock.forward(minutes=11)
    assert (await site.http.get("/health")).json()["restarting"] == [], "it is over"


async def test_alive_and_ready(site: Site) -> None:
    for path in ("/health/live", "/health/ready"):
        answer = await site.http.get(path)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")


async def test_a_full_disk_refuses_writes_and_is_said(small_url: str, small_disk: SmallDisk) -> None:
    async with site_at(small_url) as site:
        alice = await site.people.alice()
        room = (await site.http.get("/health/ready")).json()["storage"]
        assert (room["status"], room["folder"]) == ("low", str(small_disk.folder))
        assert room["free_bytes"] == small_disk.free_bytes
        small_disk.fill()

        refused = await alice.post("/jobs", JOB)
        ready, health, jobs = [await site.http.get(path) for path in ("/health/ready", "/health", "/jobs")]
        small_disk.free()

        assert_problem(refused, 503, "storage_full")
        assert refused.headers["retry-after"] == "5"
        assert (ready.status_code, ready.json()["storage"]["status"]) == (200, "full")
        assert (health.json()["status"], health.json()["storage"]["free_bytes"]) == ("degraded", 0)
        assert jobs.json()["items"] == []
        assert (await alice.post("/jobs", JOB)).status_code == 201


async def test_a_frozen_writer_refuses_writes_and_is_named(sqlite_url: str) -> None:
    async with open_site(load({**SETTINGS, "DATABASE_URL": sqlite_url}), patience_s=0.3) as site:
        alice = await site.people.alice()
        frozen = processes.start(processes.LOCK_HOLDER, sqlite_url.removeprefix("sqlite:///"))
        processes.say_ready(frozen)
        frozen.send_signal(signal.SIGSTOP)
        try:
            refused = await alice.post("/jobs", JOB)
            ready, health, jobs = [await site.http.get(path) for path in ("/health/ready", "/health", "/jobs")]
        finally:
            frozen.kill()
            frozen.communicate(timeout=10)
        assert_problem(refused, 503, "database_unavailable")
        assert refused.headers["retry-after"] == "1"
        assert str(frozen.pid) not in refused.text, "only operators read who it is"
        assert_problem(ready, 503, "database_unavailable")
        assert f"pid {frozen.pid} " in ready.json()["detail"]
        holder = health.json()["lock_holder"]
        assert (health.json()["status"], health.json()["database"]) == ("degraded", "no writes")
        assert (holder["pid"], holder["status"]) == (frozen.pid, "stopped")
        assert jobs.json()["items"] == []
        with anyio.fail_after(20):
            while site.database.stalled() is not None:  # noqa: ASYNC110 - another process's lock gives no event
                await anyio.sleep(0.01)
        assert (await alice.post("/jobs", JOB)).status_code == 201
        again = (await site.http.get("/health")).json()
        assert (again["database"], again["lock_holder"]) == ("ok", None)


async def test_a_database_that_does_not_answer_is_said_so(sqlite_site: Site) -> None:
    for table in ("process", "job", "account"):  # what a disk that fails looks like to a statement
        run_sql(sqlite_site.url, f"ALTER TABLE {table} RENAME TO gone_{table}")
    await unavailable(sqlite_site)


async def test_a_server_that_is_gone_is_said_so(postgres_site: Site, postgres_server: PostgresServer) -> None:
    postgres_server.drop(str(make_url(postgres_site.url).database))
    await unavailable(postgres_site)


async def unavailable(site: Site) -> None:
    assert (await site.http.get("/health/live")).status_code == 200
    body = {"email": "dora@example.com", "password": PASSWORD, "name": "Dora", "role": "client"}
    for method, path, json in (
        ("GET", "/health/ready", None),
        ("GET", "/health", None),
        ("GET", "/jobs", None),
        ("POST", "/auth/register", body),
        ("POST", "/auth/login", {"email": body["email"], "password": PASSWORD}),
    ):
        answer = await site.http.request(method, path, json=json)
        assert_problem(answer, 503, "database_unavailable", path)
        assert ("Idempotency-Key" in answer.text) == (answer.request.method == "POST"), path
        assert answer.headers["retry-after"] == "1"


async def test_cors_is_for_the_origins_of_the_settings(site: Site) -> None:
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Idempotency-Key, Authorization"}
    for origin in ("https://app.example.com", "https://admin.example.com"):
        preflight = await site.http.options("/payments", headers={"Origin": origin, **ask})
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == origin
        allowed = {name.strip().lower() for name in preflight.headers["access-control-allow-headers"].split(",")}
        assert {"authorization", "content-type", "idempotency-key", "if-none-match", "prefer"} <= allowed
        for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
            assert method in preflight.headers["access-control-allow-methods"], method
        for path in ("/jobs", "/notifications", "/nowhere"):
            answer = await site.http.get(path, headers={"Origin": origin})
            assert answer.headers["access-control-allow-origin"] == origin, path
            exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
            limits = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"}
            told = {"ETag", "Location", "Idempotency-Replayed", "X-Correlation-Id", "Retry-After"}
            assert exposed == told | limits
    strange_ask = {**ask, "Access-Control-Request-Headers": "X-Strange"}
    strange = await site.http.options("/payments", headers={"Origin": "https://app.example.com", **strange_ask})
    assert strange.status_code == 400
    for origin in ("https://evil.example.com", "https://app.example.com.evil.com", "null", "http://app.example.com"):
        preflight = await site.http.options("/payments", headers={"Origin": origin, **ask})
        answer = await site.http.get("/jobs", headers={"Origin": origin})
        assert "access-control-allow-origin" not in {**preflight.headers, **answer.headers}, origin


async def test_without_the_setting_there_is_no_cors(site: Site) -> None:
    bare = msgspec.structs.replace(site.services.settings, cors_origins="")
    services = build_services(bare, site.database, site.clock, site.services.passwords)
    async with client(services, site.lines) as http:
        answer = await http.get("/jobs", headers={"Origin": "https://app.example.com"})
    services.waiters.close()
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


async def test_the_viewer_asks_no_other_host(site: Site) -> None:
    page = await site.http.get("/schema")
    assert page.status_code == 200
    assert not re.search(r"(src|href|url)\s*[=:(]\s*[\"']?(https?:)?//", page.text)
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-standalone-preset.js"):
        assert f"/schema-assets/{name}" in page.text
        assert (await site.http.get(f"/schema-assets/{name}")).status_code == 200
    assert (await site.http.get("/schema-assets/../../../etc/passwd")).status_code == 404
    assert (await site.http.get("/schema-assets/%2e%2e/%2e%2e/swagger_ui/__init__.py")).status_code == 404


async def test_it_says_that_it_lives_and_closes_what_it_opened(settings: Settings) -> None:
    database = open_database(settings.database)
    services = build_services(settings, database)
    async with AsyncTestClient(RequestLog(build_app(services), services)) as client:
        assert (await client.get("/health/ready")).status_code == 200
        seen = []
        deadline = system_clock() + timedelta(seconds=10)
        while not seen and system_clock() < deadline:
            since = system_clock() - timedelta(seconds=60)
            seen = database.read(lambda c, since=since: seen_since(c, since))
        assert [p.role for p in seen] == ["web"]
    with pytest.raises(Closed):
        database.write(lambda _c: None)
