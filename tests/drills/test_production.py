"""The production stack in a Docker engine of the drill's own, deployed by the runbook's commands: payments go on while
containers die, copies of the backend share the work, a release and secrets are changed, and nothing is left."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.demo.client import Client
from cli.demo.market import Deal, Market, Story
from cli.demo.names import People
from cli.demo.sessions import Members
from domain.platform.queues import CELERY_WORKERS, POOLS, QUEUES
from runtime.ids import new_id
from tests.drills.look import wait_for
from tests.drills.production.attack import attack
from tests.drills.production.deployment import Deployment, neighbours
from tests.drills.production.engine import Engine, NoEngine, install, own_network
from tests.drills.production.images import make_base, make_neighbours
from tests.drills.production.provider import NAME, PORT, TlsFront, make_certificate
from tests.sandbox_process import SandboxProcess
from tests.sendgrid_webhooks import PUBLIC_KEY

API = "http://127.0.0.1:8000"
METRICS = "http://127.0.0.1:9100/metrics"
FLOWER = "http://127.0.0.1:5555"
NETWORKS = ("front", "web", "database", "broker", "watch", "outside")
ON_POSTGRES = os.environ.get("DRILL_DATABASE") == "postgresql"
CRASHED = ("backend", "worker-payments", "relay", "redis", *(["postgres"] if ON_POSTGRES else []))
PAYMENTS = 20
"""While each of them dies."""
PER_S = 4.0
AT_WORK = 3
SLOW_MS = 700
BACK_WITHIN_S = 60.0
ANSWERED_WITHIN_S = 30.0
SETTINGS = {
    "STRIPE_SECRET_KEY": SandboxProcess.secret_key,
    "STRIPE_WEBHOOK_SECRETS": SandboxProcess.webhook_secret,
    "STRIPE_CONNECT_WEBHOOK_SECRETS": SandboxProcess.connect_webhook_secret,
    "STRIPE_API_BASE": f"https://{NAME}:{PORT}",
    "SENDGRID_API_KEY": SandboxProcess.sendgrid_key,
    "SENDGRID_API_BASE": f"https://{NAME}:{PORT}",
    "SENDGRID_WEBHOOK_PUBLIC_KEYS": PUBLIC_KEY,
    "MAIL_FROM": "Handwork <no-reply@handwork.test>",
    "APP_URL": "https://app.handwork.test",
    "WEB_PUBLIC_URL": "https://api.handwork.test",
    "ADDRESS_TRIES": "600",  # one address stands for all people
    # What takes minutes in the field takes seconds here.
    "ABSENCE_CONFIRM_MS": "3000",
    "RECONCILE_STUCK_MS": "5000",
    "DELIVERY_DOUBT_MS": "3000",
    "RECONCILE_OVERLAP_S": "5",
}


class Steps:
    """Tells what was done, and in which second."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, what: str) -> None:
        print(f"{time.monotonic() - self._started:6.1f} s  {what}", flush=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Images and layers are large: they are not kept as pytest keeps its folders."""
    made = Path(tempfile.mkdtemp(prefix="handwork-production-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    engine = Engine(folder)
    yield engine
    engine.stop()


def build(engine: Engine, folder: Path, say: Steps) -> Deployment:
    """In the machine's network, where packages are; the engine has none of its own then."""
    engine.start("--iptables=false", "--ip6tables=false", "--bridge=none")
    say("an engine of its own runs")
    make_base(engine, folder)
    say("a base image of Debian's packages")
    make_neighbours(engine, folder, with_postgres=ON_POSTGRES)
    deployment = Deployment(engine, folder)
    deployment.follow("Build the image")
    say(f"the image: {int(engine.run('inspect', '--format', '{{.Size}}', 'handwork:0.1.0')) // 1_000_000} MB")
    engine.stop()
    return deployment


def database(deployment: Deployment) -> dict[str, str]:
    """SQLite, unless the drill is run with ``--database postgresql``."""
    if not ON_POSTGRES:
        return {}
    password = deployment.shell("cat secrets/postgres_password").strip()
    return {
        "COMPOSE_PROFILES": "postgres",
        "DATABASE_URL": f"postgresql://handwork:{password}@postgres/handwork",
    }


def is_well() -> bool:
    try:
        answer = httpx.get(f"{API}/health", timeout=5, trust_env=False)
    except httpx.TransportError:
        return False
    return answer.status_code == 200 and answer.json()["status"] == "ok"


def nothing_is_secret(deployment: Deployment, engine: Engine) -> None:
    """Neither the image nor a container's description has what the settings and the build had."""
    described = engine.run("inspect", *(c.id for c in deployment.containers()))
    history = engine.run("history", "--no-trunc", "--format", "{{.CreatedBy}}", "handwork:0.1.0")
    values = deployment.shell("sed -n 's/^[A-Z_]*\\(SECRET\\|KEY\\|PASSWORD\\|AUTH\\)[A-Z_]*=//p' .env.production")
    secrets = [value for value in [*values.split(), *deployment.shell("cat secrets/*_password").split()] if value]
    assert len(secrets) >= 8
    assert [secret for secret in secrets if secret in described + history] == []


class Payments:
    """Bookings that wait to be paid, paid at an even pace, each watched until it is settled."""

    def __init__(self, client: Client, seed: int) -> None:
        people = People(seed, f"{new_id('p')}-")
        self._market = Market(client, people, Members(client, people), seed, lambda _: None)
        self.deals: list[Deal] = []

    async def hire(self, jobs: int, clients: int) -> None:
        story: Story = await self._market.hire_everybody(jobs, clients, 0.0)
        self.deals += story.deals

    async def pay(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        unpaid = [deal for deal in self.deals if not deal.payment_id]
        paying = asyncio.create_task(self._market.pay_everybody(unpaid, per_second=PER_S, then=_nothing_more))
        await asyncio.to_thread(meanwhile)
        await paying

    def under_way(self) -> int:
        return sum(1 for deal in self.deals if deal.payment_id and deal.settled_after is None)


async def _nothing_more(_: Deal) -> None:
    pass


def crash(deployment: Deployment, service: str, payments: Payments, say: Steps) -> None:
    """While payments are under way; returns when it is back."""
    wait_for(lambda: payments.under_way() >= AT_WORK, 30, "payments are under way", deployment.story)
    before, at_work = deployment.crash(service), payments.under_way()

    def is_back() -> bool:
        (now,) = deployment.containers(service)
        return now.restarts > before.restarts and now.health == "healthy"

    took = wait_for(is_back, BACK_WITHIN_S, f"{service} is back", deployment.story)
    say(f"{service} was killed with {at_work} payments under way, and healthy {took:.0f} s later")


async def play(deployment: Deployment, sandbox: SandboxProcess, client: Client, seed: int, say: Steps) -> list[Deal]:
    payments = Payments(client, seed)
    await payments.hire(1, 1)
    await payments.pay()
    say(f"one booking from sign-up to {payments.deals[0].status}")
    sandbox.fault("latency", rate=1.0, ms=SLOW_MS, operation="payment_intents.create")
    for service in CRASHED:
        await payments.hire(PAYMENTS, 2)
        await payments.pay(partial(crash, deployment, service, payments, say))
    sandbox.clear_faults()
    return payments.deals


async def play_to_the_end(deployment: Deployment, sandbox: SandboxProcess, seed: int, say: Steps) -> list[Deal]:
    client = Client(API)
    try:
        return await play(deployment, sandbox, client, seed, say)
    finally:
        await client.close()


def through_crashes(deployment: Deployment, sandbox: SandboxProcess, seed: int, say: Steps) -> None:
    deals = asyncio.run(play_to_the_end(deployment, sandbox, seed, say))
    say(f"{len(deals)} payments: {sorted({deal.status for deal in deals})}")
    assert {deal.status for deal in deals} == {"captured"}, deployment.story()
    assert sandbox.effects()["by_payment"] == {deal.payment_id: 1 for deal in deals}
    took = wait_for(is_well, BACK_WITHIN_S, "the whole is well", deployment.story)
    say(f"each charged exactly once; all was well {took:.0f} s later")
    restarted = {c.service for c in deployment.containers() if c.restarts}
    say(f"started again by Docker: {', '.join(sorted(restarted))}")
    assert restarted >= set(CRASHED)
    assert restarted <= {*CRASHED, *CELERY_WORKERS}, "Celery's workers may end when the broker does, and nobody else"


def metrics_are_of_all() -> None:
    """The rows', and what was counted in other containers than the exporter's; clients are not shown any."""
    for path in ("/metrics", "/metrics/", "//metrics", "/metrics//", "/%6Detrics"):
        assert httpx.get(f"{API}{path}", timeout=5, trust_env=False).status_code == httpx.codes.NOT_FOUND, path
    said = httpx.get(METRICS, timeout=10, trust_env=False).text
    alive = dict(re.findall(r'^processes_alive\{role="([a-z-]+)"\} ([0-9.]+)', said, re.MULTILINE))
    assert alive.keys() >= {"web", "relay", "beat", "exporter", "worker-payments", "worker-maintenance"}
    assert not re.search(r"^ledger_breaches\S* [1-9]", said, re.MULTILINE)
    assert re.search(r"^deliveries_sent_total{channel=\"email\"} [1-9]", said, re.MULTILINE), "of worker-notifications"
    assert re.search(r'^http_request_seconds_count\{.*route="/payments".*\} [1-9]', said, re.MULTILINE), (
        "of the backend"
    )


def flower_shows_the_workers(deployment: Deployment) -> None:
    """Each pool has one worker online, and the queues have their lengths; nobody is let in without the login."""
    user, _, password = deployment.shell("sed -n 's/^FLOWER_BASIC_AUTH=//p' .env.production").strip().partition(":")

    def asked(path: str) -> dict[str, Any]:
        answer = httpx.get(f"{FLOWER}{path}", auth=(user, password), timeout=30, trust_env=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def online() -> list[str]:
        try:
            found = asked("/api/workers?status=1")
        except httpx.HTTPError:  # its container was replaced a moment ago
            return []
        return sorted(name.partition("@")[0] for name, alive in found.items() if alive)

    wait_for(lambda: online() == sorted(POOLS), BACK_WITHIN_S, "Flower shows every worker", deployment.story)
    assert {queue["name"] for queue in asked("/api/queues/length")["active_queues"]} == set(QUEUES)
    for path in ("/", "/metrics", "/healthcheck"):
        assert httpx.get(f"{FLOWER}{path}", timeout=10, trust_env=False).status_code == httpx.codes.UNAUTHORIZED


def only_some_have_a_way_out(deployment: Deployment, engine: Engine) -> None:
    """The networks of the other containers are internal, as Docker itself says."""
    names = engine.run("network", "ls", "--filter", "name=handwork_", "--format", "{{.Name}}").split()
    internal = {name: engine.run("network", "inspect", "--format", "{{.Internal}}", name) for name in names}
    assert internal.keys() == {f"handwork_{name}" for name in NETWORKS}
    joined = "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}"
    out = {
        container.service
        for container in deployment.containers()
        if any(internal[name] == "false" for name in engine.run("inspect", "--format", joined, container.id).split())
    }
    assert out == {"proxy", *CELERY_WORKERS}


def all_answer(deployment: Deployment, count: int) -> None:
    """Each copy has answered something that was asked of the one address."""
    copies = deployment.containers("backend")
    assert len(copies) == count
    mark = f"/jobs/{new_id('job')}"

    def have_answered() -> bool:
        httpx.get(f"{API}{mark}", timeout=5, trust_env=False)
        return all(mark in deployment.logs_of(copy) for copy in copies)

    wait_for(have_answered, ANSWERED_WITHIN_S, "every copy has answered", deployment.story)


def are_healthy(deployment: Deployment) -> bool:
    return all(c.health == "healthy" for c in deployment.containers() if c.service != "migrate")


def operate(deployment: Deployment, engine: Engine, say: Steps) -> None:
    # Two of them for as long as the one that was killed might yet be alive.
    one_relay = 'processes_alive{role="relay"} 1.0'
    wait_for(lambda: one_relay in deployment.follow("Look"), BACK_WITHIN_S, "there is one relay", deployment.story)
    metrics_are_of_all()
    flower_shows_the_workers(deployment)
    only_some_have_a_way_out(deployment, engine)
    say("Flower shows the workers; it and the exporter have no way out")
    refused = attack(API)
    assert refused > 0
    say(f"others were served while one address attacked; {refused} of its requests were refused")
    deployment.follow("Scale")
    all_answer(deployment, 3)
    say("three backends, each of which answered")
    upgraded = deployment.follow("Upgrade")
    assert ("PostgreSQL: use pg_dump" if ON_POSTGRES else "verified: ") in upgraded
    images = engine.run("ps", "--format", "{{.Image}}").split()
    assert images.count("handwork:0.1.1") == 11, images
    wait_for(is_well, BACK_WITHIN_S, "the new release is well", deployment.story)
    flower_shows_the_workers(deployment)
    say("another release")
    deployment.follow("Rotate secrets")
    wait_for(is_well, BACK_WITHIN_S, "it is well with new secrets", deployment.story)
    assert are_healthy(deployment)
    say("other secrets")


def take_down(deployment: Deployment, engine: Engine, say: Steps) -> None:
    deployment.follow("Take down")
    assert deployment.containers() == []
    assert "handwork_data" in engine.run("volume", "ls", "--quiet").split()
    deployment.shell("docker compose down --volumes")
    assert engine.run("ps", "--all", "--quiet") == ""
    assert engine.run("volume", "ls", "--quiet") == ""
    assert engine.run("network", "ls", "--filter", "type=custom", "--quiet") == ""
    engine.stop()
    assert engine.processes() == []
    assert engine.mounts() == []
    say("nothing of it is left")


@pytest.mark.timeout(1200)
def test_the_production_stack_lives_as_the_runbook_says(engine: Engine, folder: Path, drill_seed: int) -> None:
    say = Steps()
    try:
        install()
        deployment = build(engine, folder, say)
    except NoEngine as reason:
        pytest.skip(str(reason))
    certificate, key = make_certificate(folder)
    sandbox = SandboxProcess(
        folder / "sandbox",
        f"{API}/webhooks/stripe",
        connect_webhook_url=f"{API}/webhooks/stripe/connect",
        mail_events_url=f"{API}/webhooks/sendgrid",
        allow_host=NAME,
    )
    with own_network(), sandbox, TlsFront(sandbox.port, certificate, key):
        try:
            engine.start()
            deployment.follow("Settings and secrets")
            deployment.fill_in(SETTINGS | neighbours() | database(deployment), certificate)
            assert '"status":"ok"' in deployment.follow("Deploy")
            say("deployed, and healthy")
            nothing_is_secret(deployment, engine)
            through_crashes(deployment, sandbox, drill_seed, say)
            operate(deployment, engine, say)
            take_down(deployment, engine, say)
        finally:
            engine.stop()
