"""Operators watch the queues in Flower: its API and its pages show every worker, queue and task, and change nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from celery import Celery
from celery.worker.control import Panel
from PIL import Image

from cli.stack.programs import flower_address
from cli.stack.stack import Stack
from domain.payments import read as payments
from domain.platform.queues import CELERY_WORKERS, POOLS, QUEUES
from runtime.clock import system_clock
from runtime.database import Database, open_database
from runtime.settings import PROJECT
from tests.browser import Browser
from tests.stack import running_stack, wait_until
from tests.story import accepted, hired
from workers.remote_control import ALLOWED

pytestmark = pytest.mark.timeout(500)
WORKERS = {f"{name}@{socket.gethostname()}" for name in POOLS}
HARMFUL: dict[str, dict[str, Any]] = {
    "cancel_consumer": {"queue": "payments"},
    "add_consumer": {"queue": "elsewhere"},
    "pool_shrink": {"n": 16},
    "pool_grow": {"n": 100},
    "autoscale": {"max": 1, "min": 0},
    "rate_limit": {"task_name": "payments.submit", "rate_limit": "1/h"},
    "time_limit": {"task_name": "payments.submit", "hard": 0.001},
    "revoke": {"task_id": "any", "terminate": True},
    "revoke_by_stamped_headers": {"headers": {"any": "any"}},
    "terminate": {"signal": "SIGKILL", "task_id": "any"},
    "hello": {"from_node": "another", "revoked": ["any"]},
}
WITHIN_S = 90.0
SCREENSHOT = os.environ.get("FLOWER_SCREENSHOT", "")
"""Where the pictures of the guide are written: ``FLOWER_SCREENSHOT=docs ./handwork test acceptance -k flower``."""


class Flower:
    """Flower's API with its login."""

    def __init__(self, stack: Stack) -> None:
        self.address = flower_address(stack.values)

    def ask(self, path: str, method: str = "GET", **query: Any) -> httpx.Response:
        return httpx.request(method, f"{self.address}{path}", params=query, timeout=30, trust_env=False)

    def online(self) -> set[str]:
        return {name for name, alive in self.ask("/api/workers", status=1).json().items() if alive}

    def lengths(self) -> dict[str, int]:
        found = self.ask("/api/queues/length").json()["active_queues"]
        return {queue["name"]: queue["messages"] for queue in found}

    def inspected(self, since: float) -> dict[str, Any]:
        """What the workers themselves answered after ``since``."""
        found = self.ask("/api/workers", refresh=1).json()
        complete = {"active_queues", "stats", "registered", "conf"}
        return {name: w for name, w in found.items() if w["timestamp"] > since and complete <= w.keys()}

    def line(self, task: str, about: str) -> dict[str, Any]:
        """The line of a finished task, or nothing yet."""
        found = self.ask("/api/tasks", taskname=task, limit=50).json().values()
        return next((line for line in found if line["args"] == about and line["state"] == "SUCCESS"), {})


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("flower"), environment={"HEARTBEAT_MS": "2000"}) as running:
        yield running


@pytest.fixture
def flower(stack: Stack) -> Flower:
    found = Flower(stack)
    wait_until(lambda: found.online() == WORKERS, "every worker is online in Flower", WITHIN_S)
    return found


@pytest.fixture
def database(stack: Stack) -> Iterator[Database]:
    opened = open_database(stack.settings().database)
    yield opened
    opened.close()


def pay(database: Database) -> str:
    """Returns the id of a payment that the workers are to submit."""
    return accepted(database, system_clock, hired(database, system_clock)).id  # type: ignore[arg-type]  # a clock too


def test_each_worker_shows_its_queues_its_pool_and_its_tasks(flower: Flower, stack: Stack, browser: Browser) -> None:
    found = wait_until(lambda: (seen := flower.inspected(0)).keys() == WORKERS and seen, "all answer", WITHIN_S)
    for name, pool in POOLS.items():
        worker = found[f"{name}@{socket.gethostname()}"]
        assert [queue["name"] for queue in worker["active_queues"]] == list(pool.queues)
        stats = worker["stats"]
        most = stats["autoscaler"]["max"] if pool.at_least else stats["pool"]["max-concurrency"]
        assert most == pool.concurrency
        assert "payments.submit" in worker["registered"]

    browser.open(f"{flower.address}/")
    browser.wait_for("document.body?.innerText.match(/Online/g)?.length >= 5")  # four lines and the heading
    keep(browser, "flower-workers.png")
    name = f"payments@{socket.gethostname()}"
    browser.open(f"{flower.address}/worker/{name}")
    assert "celery.concurrency.thread:taskpool" in browser.evaluate("document.body.textContent.toLowerCase()")
    page = browser.evaluate("document.documentElement.outerHTML")
    settings = stack.settings()
    for secret in (settings.jwt_secret_key, settings.stripe_secret_key, stack.values["BROKER_PASSWORD"]):
        assert secret not in page
    assert browser.errors == []
    assert all(url.startswith(("http://127.0.0.1", "http://operator", "data:")) for url in browser.requested)


def test_the_broker_page_shows_our_queues_with_their_lengths(
    flower: Flower, stack: Stack, database: Database, browser: Browser
) -> None:
    assert flower.lengths().keys() == set(QUEUES)
    stack.supervised.stop("worker-payments")
    try:
        for _ in range(3):
            pay(database)
        wait_until(lambda: flower.lengths()["payments"] == 3, "three messages wait", WITHIN_S)
        browser.open(f"{flower.address}/broker")
        rows = browser.evaluate("[...document.querySelectorAll('tbody tr')].map(r => r.innerText.split(/\\s+/))")
        assert {row[0] for row in rows} == set(QUEUES)
        assert ["payments", "3"] in [row[:2] for row in rows]
    finally:
        stack.supervised.start("worker-payments")
    wait_until(lambda: flower.lengths()["payments"] == 0, "the worker takes them", WITHIN_S)


def test_a_line_of_a_task_says_what_it_is_about(
    flower: Flower, stack: Stack, database: Database, browser: Browser
) -> None:
    payment_id = pay(database)
    wait_until(lambda: flower.line("payments.submit", payment_id), "the payment's line", WITHIN_S)
    browser.open(f"{flower.address}/tasks")
    browser.wait_for(f"document.querySelector('tbody').innerText.includes({payment_id!r})")
    lines = browser.evaluate("[...document.querySelectorAll('tbody tr')].map(r => r.innerText)")
    assert any("payments.submit" in line and payment_id in line for line in lines)
    keep(browser, "flower-tasks.png")
    everything = flower.ask("/api/tasks").text
    for secret in (stack.settings().stripe_secret_key, "pm_card_visa", "@example.com"):
        assert secret not in everything


def test_nobody_changes_a_worker_by_the_broker(flower: Flower, stack: Stack, database: Database) -> None:
    attacker = Celery(broker=stack.values["BROKER_URL"], set_as_current=False)
    assert HARMFUL.keys() <= Panel.data.keys()
    for command in sorted(Panel.data.keys() - ALLOWED):
        answers = attacker.control.broadcast(
            command, arguments=HARMFUL.get(command, {}), reply=True, timeout=20, limit=len(WORKERS)
        )
        said = {name: answer for each in answers for name, answer in each.items()}
        assert said.keys() == WORKERS, command
        assert all(command in answer["error"] for answer in said.values()), said
    attacker.close()
    payment_id = pay(database)
    wait_until(
        lambda: database.read(lambda c: payments.by_id(c, payment_id)).status == "captured", "it is paid", WITHIN_S
    )


def test_the_brokers_password_neither_empties_nor_ends_the_broker(stack: Stack) -> None:
    with redis.Redis.from_url(stack.values["BROKER_URL"]) as attacker:
        for command in (
            "FLUSHALL",
            "SHUTDOWN NOSAVE",
            "CONFIG SET appendonly no",
            "REPLICAOF 127.0.0.1 1",
            "CLIENT LIST",
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                attacker.execute_command(command)


def test_flowers_own_buttons_and_its_closed_pages(flower: Flower) -> None:
    name = f"payments@{socket.gethostname()}"
    for path in (f"worker/shutdown/{name}", f"worker/queue/cancel-consumer/{name}?queue=payments", "task/revoke/any"):
        answer = flower.ask(f"/api/{path}", "POST")
        assert (answer.status_code, answer.text) == (403, "Read only mode is enabled")
    for path in ("/metrics", "/healthcheck", "/", "/api/workers", "/broker"):
        host = flower.address.rpartition("@")[2]
        assert httpx.get(f"http://{host}{path}", trust_env=False).status_code == 401
        assert flower.ask(path).status_code == 200
    assert 'flower_worker_online{worker="' in flower.ask("/metrics").text


def test_status_and_doctor_say_that_nobody_works(flower: Flower, stack: Stack, database: Database) -> None:
    sentences = ("No worker has taken anything from the queue payments since", "Flower shows no worker")
    pay(database)
    assert not any(
        sentence in said for said in (told(stack, "status"), told(stack, "doctor")) for sentence in sentences
    )
    for name in CELERY_WORKERS:
        stack.supervised.stop(name)
    try:
        pay(database)
        wait_until(lambda: all(s in told(stack, "status") for s in sentences), "status says so", WITHIN_S)
        assert all(sentence in told(stack, "doctor") for sentence in sentences)
        health = httpx.get(f"{stack.values['WEB_PUBLIC_URL']}/health", timeout=10, trust_env=False).json()
        assert health["status"] == "degraded"
        assert "payments" in [queue["queue"] for queue in health["unserved"]]
    finally:
        since = time.time()
        for name in CELERY_WORKERS:
            stack.supervised.start(name)
    wait_until(lambda: flower.inspected(since).keys() == WORKERS, "the new workers answer", WITHIN_S)


def told(stack: Stack, command: str) -> str:
    """What ``handwork status`` or ``doctor`` prints, as one line."""
    environment = {**os.environ, "HANDWORK_HOME": str(stack.home), "HANDWORK_DOTENV": os.devnull, "COLUMNS": "300"}
    done = subprocess.run(
        [sys.executable, "-m", "cli", command],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.parametrize("restarted", ["flower", "broker", "everything, rolling"])
def test_it_shows_everything_after_a_restart(stack: Stack, database: Database, restarted: str) -> None:
    since = time.time()
    if restarted == "everything, rolling":
        stack.roll(within_s=WITHIN_S)
    else:
        stack.supervised.restart(restarted)
    flower = Flower(stack)

    def answers() -> bool:
        try:
            return flower.online() == WORKERS and flower.inspected(since).keys() == WORKERS
        except (httpx.TransportError, ValueError):
            return False

    wait_until(answers, f"all workers answer after a restart of {restarted}", WITHIN_S)
    assert flower.lengths().keys() == set(QUEUES)
    payment_id = pay(database)
    wait_until(lambda: flower.line("payments.submit", payment_id), "a new payment's line", WITHIN_S)


def keep(browser: Browser, name: str) -> None:
    """Writes a picture of the guide when it is asked for; 32 colours make it a quarter of the size."""
    if SCREENSHOT:
        path = Path(SCREENSHOT) / name
        browser.screenshot(path)
        Image.open(path).convert("RGB").quantize(32).save(path, optimize=True)
