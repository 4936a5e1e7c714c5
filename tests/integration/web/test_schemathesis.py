"""Whatever the OpenAPI document allows, and much that it forbids, as each role: no 5xx, no broken promise.

The ring sends the same few requests each time.  For more of them::

    API_EXAMPLES=50 ./handwork test integration -k test_schemathesis
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import allow_header_conformance, positive_data_acceptance

from runtime.clock import system_clock
from runtime.database import open_database
from runtime.ids import new_id
from runtime.migrate import upgrade
from runtime.tokens import Tokens
from tests.admins import an_admin
from tests.people import People, applied, hired, made, posted
from tests.web_process import WebProcess
from web.documents import described

ROLES = ("anonymous", "client", "worker", "admin")


@dataclass(frozen=True)
class World:
    """A running server in which things exist; ``ids`` by the name of their path parameter.

    ``leavers`` are the tokens of those whose sessions may end.
    """

    web: WebProcess
    tokens: dict[str, str]
    leavers: dict[str, str]
    ids: dict[str, str]

    def headers(self, role: str, path: str) -> dict[str, str]:
        tokens = self.leavers if path.startswith("/auth/logout") else self.tokens
        return {} if role == "anonymous" else {"Authorization": f"Bearer {tokens[role]}"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    url = f"sqlite:///{folder / 'handwork.db'}"
    upgrade(url)
    with WebProcess(folder, url, LOG_LEVEL="ERROR", CORS_ORIGINS="https://app.example.com") as web:
        yield asyncio.run(populate(web, url))


async def populate(web: WebProcess, url: str) -> World:
    async with httpx.AsyncClient(base_url=web.url, trust_env=False, timeout=60) as http:
        people = People(http)
        alice, bob = await people.alice(), await people.bob()
        booking = await hired(alice, bob)
        payment = made(await alice.pay((await hired(alice, bob))["id"]), 202)
        job = await posted(alice)
        application = await applied(bob, (await posted(alice))["id"])
        offer = made(await bob.post(f"/applications/{application['id']}/offers", {"price_minor": 8_000}))
        database = open_database(url)
        tokens = Tokens("j" * 32, (), timedelta(hours=1))
        ada, eve = (an_admin(database, system_clock, tokens, http) for _ in range(2))
        database.close()
        carol, dan = await people.join("Carol", "client"), await people.join("Dan", "worker")
    ids = {
        "job_id": job["id"],
        "application_id": application["id"],
        "offer_id": offer["id"],
        "booking_id": booking["id"],
        "payment_id": payment["id"],
        "account_id": dan.id,  # who may be suspended
        "review_id": new_id("rev"),
        "report_id": new_id("rep"),
        "notification_id": new_id("ntf"),
        "refund_id": new_id("rfd"),
        "payout_id": new_id("pyt"),
    }
    threes = ((alice, bob, ada), (carol, dan, eve))
    stay, leave = (dict(zip(ROLES[1:], (person.token for person in three), strict=True)) for three in threes)
    return World(web, stay, leave, ids)


def point_at_what_exists(case: Any, world: World) -> None:
    """Generated ids lead nowhere; every second one (by its length) is replaced by one that does not."""
    for name, value in (case.path_parameters or {}).items():
        if len(str(value)) % 2:
            case.path_parameters[name] = world.ids[name]
    if isinstance(case.body, dict) and "booking_id" in case.body and len(case.body["booking_id"]) % 2:
        case.body["booking_id"] = world.ids["booking_id"]


def what_the_document_allows_is_understood(_context: Any, response: Any, case: Any) -> None:
    """It may be refused for what it says (422, 404 …), never for how it is written."""
    if not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    problem = response.json()
    if re.search(r"This is a number; it has to be a whole number( or null)?\.$", problem["detail"]):
        return  # JSON Schema takes 5.0 for a whole number; we do not, where it is money
    assert problem["code"] != "invalid_request", problem


@pytest.fixture(scope="module")
def api() -> Any:
    found = schemathesis.openapi.from_dict(described())
    found.config.generation.update(with_security_parameters=False)
    return found


@pytest.fixture(autouse=True)
def named(request: pytest.FixtureRequest) -> None:
    """schemathesis 4.32 renames the test for each operation by an attribute that pytest 9.2 does not have."""
    request.node._nodeid = request.node.nodeid


# Read from a fixture, or its many cases would be made while tests are collected, by each process that collects.
operations = schemathesis.pytest.from_fixture("api")
few = settings(
    max_examples=int(os.environ.get("API_EXAMPLES", "3")),
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def keep_its_word(case: Any, world: World) -> None:
    if case.meta.generation.mode.is_positive:
        point_at_what_exists(case, world)
    for role in ROLES:
        case.call_and_validate(
            base_url=world.web.url,
            headers=world.headers(role, case.operation.path),
            excluded_checks=[positive_data_acceptance, allow_header_conformance],
            additional_checks=[what_the_document_allows_is_understood],
        )


@pytest.mark.timeout(0 if "API_EXAMPLES" in os.environ else 400)
@operations.include(method="GET").parametrize()
@few
def test_every_look_keeps_its_word(case: Any, world: World) -> None:
    keep_its_word(case, world)


@pytest.mark.timeout(0 if "API_EXAMPLES" in os.environ else 400)
@operations.exclude(method="GET").parametrize()
@few
def test_every_change_keeps_its_word(case: Any, world: World) -> None:
    keep_its_word(case, world)


def test_it_is_the_document_that_is_served(world: World) -> None:
    served = httpx.get(f"{world.web.url}/schema/openapi.json", trust_env=False).json()
    assert served == described()
