"""What a request leaves behind: its correlation id, its log line, its metrics."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

from prometheus_client import REGISTRY, generate_latest

from domain.history.read import changes
from tests.integration.web.conftest import Site
from tests.people import PASSWORD, Body, Person, made, posted
from tests.problems import assert_problem
from tests.story import task_of

HOSTILE = {
    "empty": b"",
    "short": b"x" * 7,
    "long": b"x" * 65,
    "spaces": b"abcd efgh",
    "quotes": b'abc"},{"x":"',
    "markup": b"<script>alert(1)</script>",
    "unicode": "abcdefgé".encode(),
    "latin": b"abcdefg\xe9",
    "control": b"abcdefgh\x1b[31m",
    "tab": b"abcd\tefgh",
    "comma": b"abcdefgh,abcdefgh",
}


async def test_a_sane_correlation_id_goes_all_the_way(site: Site, alice: Person, booking: Body) -> None:
    headers = {"X-Correlation-Id": "shop.checkout:2026-11-23_7", "Idempotency-Key": "k"}
    answer = await alice.post("/payments", {"booking_id": booking["id"]}, headers=headers)
    payment = made(answer, 202)
    assert answer.headers["x-correlation-id"] == headers["X-Correlation-Id"]
    task = task_of(site.database, "payments.submit")
    assert task.correlation_id == headers["X-Correlation-Id"]
    (change,) = site.database.read(lambda c: changes(c, payment["id"]))
    assert change.correlation_id == headers["X-Correlation-Id"]
    assert json.loads(site.lines[-1])["correlation_id"] == headers["X-Correlation-Id"]


async def test_a_hostile_correlation_id_is_replaced(site: Site) -> None:
    for name, value in HOSTILE.items():
        answer = await site.http.get("/health/live", headers=[(b"X-Correlation-Id", value)])
        assert re.fullmatch(r"cor_[0-9a-f]{25}", answer.headers["x-correlation-id"]), name
        assert json.loads(site.lines[-1])["correlation_id"] == answer.headers["x-correlation-id"], name


async def test_refusals_and_what_is_not_there_carry_the_id_too(site: Site) -> None:
    headers = {"X-Correlation-Id": "abcdefgh-1"}
    for method, path, status, code in (
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/jobs", 405, "method_not_allowed"),
        ("GET", "/payments/x", 401, "token_missing"),
        ("POST", "/auth/login", 400, "invalid_request"),
    ):
        answer = await site.http.request(method, path, headers=headers)
        assert assert_problem(answer, status, code)["correlation_id"] == "abcdefgh-1"


async def test_the_log_line_has_its_fields_and_nothing_secret(site: Site, alice: Person, job: Body) -> None:
    path = f"/jobs/{job['id']}/applications"
    await alice.get(path, params={"cursor": "secret"}, headers={"X-Correlation-Id": "abcdefgh-2"})
    line = json.loads(site.lines[-1])
    took = timedelta(milliseconds=line.pop("duration_ms"))
    began = datetime.fromisoformat(line.pop("timestamp")) - took
    assert took > timedelta(0)
    assert abs(began - site.clock()) <= timedelta(microseconds=1), "the clock stands still: the end is begin + duration"
    assert line == {
        "event": "request",
        "method": "GET",
        "path": path,
        "route": "/jobs/{job_id}/applications",
        "status": 422,
        "correlation_id": "abcdefgh-2",
        "account": alice.id,
        "level": "info",
        "role": "web",
    }
    everything = b"".join(site.lines)
    for secret in (alice.token, PASSWORD, alice.email, "cursor"):
        assert secret.encode() not in everything


async def test_a_request_is_one_line_whatever_its_path(site: Site) -> None:
    for path in ("/a%0Ab", '/a"b', "/%ff", "/%E2%80%A8", "/%00", "/%1b[31m"):
        before = len(site.lines)
        await site.http.get(path)
        (line,) = site.lines[before:]
        assert (line.count(b"\n"), line[-1:]) == (1, b"\n")
        assert line.isprintable() if isinstance(line, str) else not re.search(rb"[\x00-\x09\x0b-\x1f]", line)
        assert json.loads(line)["status"] == 404


async def test_metrics_are_by_route_not_by_id(site: Site, alice: Person) -> None:
    for _ in range(3):
        job = await posted(alice)
        assert (await site.http.get(f"/jobs/{job['id']}")).status_code == 200
        await alice.get(f"/payments/pay_{job['id'][4:]}")
        await site.http.get(f"/nowhere/{job['id']}")
    assert_problem(await site.http.get("/metrics"), 404, "not_found")  # they are the exporter's to serve
    text = generate_latest(REGISTRY).decode()
    routes = set(re.findall(r'http_request_seconds_count\{method="GET",route="([^"]*)",status="(\d+)"\}', text))
    assert {("/jobs/{job_id}", "200"), ("/payments/{payment_id}", "404"), ("unmatched", "404")} <= routes
    assert not re.search(r"[a-z]{3}_[0-9a-f]{25}", text)
    assert re.search(r'http_request_seconds_bucket\{le="0\.005",method="GET",route="/jobs/\{job_id\}"', text)
