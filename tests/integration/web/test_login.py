"""Logging in: the same answer whatever was wrong, and never too many at once."""

from __future__ import annotations

import asyncio
import threading

import httpx
from prometheus_client.registry import REGISTRY
from sqlalchemy import bindparam, update

from domain.identity.accounts.tables import account
from runtime.passwords import AT_ONCE, WAITING
from tests.contents import contents, unchanged
from tests.integration.web.conftest import Site
from tests.people import PASSWORD, Person, made
from tests.problems import assert_problem, assert_refused

_suspend = update(account).where(account.c.id == bindparam("account_id")).values(status="suspended")


async def login(http: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await http.post("/auth/login", json={"email": email, "password": password})


async def test_one_answer_for_every_reason(site: Site, alice: Person, charlie: Person) -> None:
    site.database.write(lambda c: c.run(_suspend, account_id=charlie.id))
    before = failures()
    answers = []
    with unchanged(site.database):
        for email, password in (
            (alice.email, "wrong password"),
            (alice.email, ""),
            ("nobody@example.com", PASSWORD),
            (charlie.email, PASSWORD),
        ):
            answer = await login(site.http, email, password)
            problem = assert_problem(answer, 401, "authentication_failed", email)
            problem.pop("correlation_id")
            answers.append(problem)
    assert all(answer == answers[0] for answer in answers)
    assert failures() == before + len(answers)


def failures() -> float:
    return sum(
        sample.value
        for metric in REGISTRY.collect()
        if metric.name == "authentication_failed"
        for sample in metric.samples
        if sample.name == "authentication_failed_total"
    )


async def test_a_password_is_kept_as_argon2id_and_an_address_in_lower_case(site: Site) -> None:
    body = {"email": "Dora@Example.COM", "password": PASSWORD, "name": "Dora", "role": "client"}
    made(await site.http.post("/auth/register", json=body), 202)
    (row,) = contents(site.database)["account"]
    assert PASSWORD not in str(row)
    assert row[2].startswith("$argon2id$")
    session = made(await login(site.http, "DORA@example.com"), 200)
    assert (session["token_type"], session["expires_in"], session["account"]["email"]) == ("Bearer", 900, row[1])


async def test_beyond_fifty_waiting_the_answer_is_try_again(site: Site, alice: Person) -> None:
    go_on = threading.Event()
    for _ in range(AT_ONCE):  # every hashing thread is busy
        site.services.passwords._threads.submit(go_on.wait)
    waiting = [asyncio.create_task(login(site.http, alice.email)) for _ in range(WAITING)]
    for _ in range(10_000):
        if site.services.passwords._waiting == WAITING:
            break
        await asyncio.sleep(0.001)
    try:
        for _ in range(3):
            refused = await login(site.http, alice.email)
            assert_problem(refused, 503, "busy")
            assert refused.headers["retry-after"] == "1"
        body = {"email": "dora@example.com", "password": PASSWORD, "name": "Dora", "role": "client"}
        await assert_refused(site.database, site.http.post("/auth/register", json=body), 503, "busy")
    finally:
        go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}
