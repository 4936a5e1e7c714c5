"""Nobody learns who has an account: the same answer, and the same work, whether or not there is one."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters

from domain.database import Connection
from domain.identity.accounts.suspend import suspend
from domain.identity.service_tokens.make import make as make_service_token
from domain.oversight.departures import deactivate
from runtime.ids import new_id
from tests.contents import unchanged
from tests.integration.web.conftest import Site
from tests.people import PASSWORD, Person, made, posted
from tests.problems import assert_problem
from tests.story import cause_of

INJECTIONS = {
    "CR LF": "alice@example.com\r\nBcc: eve@example.com",
    "LF": "alice@example.com\nBcc: eve@example.com",
    "CR": "alice\r@example.com",
    "NUL": "alice\x00@example.com",
    "folded": "alice@example.com\r\n\tX: 1",
}


class Counting:
    """Argon2 as it is, and the parameters of each hash that was computed to the end."""

    def __init__(self, real: PasswordHasher) -> None:
        self.real, self.done = real, list[Any]()

    def hash(self, password: str) -> str:
        made_now = self.real.hash(password)
        self.done.append(extract_parameters(made_now))
        return made_now

    def verify(self, password_hash: str, password: str) -> bool:
        parameters = extract_parameters(password_hash)  # raises for what is none, before any work
        self.done.append(parameters)
        return self.real.verify(password_hash, password)

    def since(self) -> list[Any]:
        done, self.done = self.done, []
        return done


@pytest.fixture
def argon2(site: Site) -> Counting:
    counting = Counting(site.services.passwords._hasher)
    site.services.passwords._hasher = counting  # type: ignore[assignment]  # counts what the real one does
    return counting


async def accounts(site: Site) -> dict[str, str]:
    """The address of an account in each status that one can be in, and of none."""
    alice, bob, carol = await site.people.alice(), await site.people.bob(), await site.people.charlie()
    ada, robot = await site.admin(), new_id("acc")

    def unit(connection: Connection) -> None:
        cause = cause_of(site.clock, ada.id)
        suspend(connection, cause, bob.id)
        deactivate(connection, cause_of(site.clock, carol.id), carol.id)
        make_service_token(connection, cause, account_id=robot, name="Broadcasts", secret_hash="0" * 64)

    site.database.write(unit)
    return {
        "nobody": "nobody@example.com",
        "active": alice.email,
        "suspended": bob.email,
        "left": carol.email,
        "admin": ada.email,
        "service": f"{robot}@service.invalid",
    }


def said(answer: httpx.Response) -> tuple[int, Any, set[str]]:
    body = answer.json()
    body.pop("correlation_id", None)
    return answer.status_code, body, {*answer.headers}


async def test_a_login_costs_one_hash_whoever_is_asked_for(site: Site, argon2: Counting) -> None:
    emails = await accounts(site)
    argon2.since()
    answers, work = [], {}
    for name, email in emails.items():
        with unchanged(site.database, name):
            answers.append(said(await site.http.post("/auth/login", json={"email": email, "password": "wrong one"})))
        work[name] = argon2.since()
    assert all(answer == answers[0] for answer in answers), answers
    assert answers[0][:1] == (401,)
    assert {len(done) for done in work.values()} == {1}, work
    assert len({str(done) for done in work.values()}) == 1, work
    for shut in ("suspended", "left", "service"):
        body = {"email": emails[shut], "password": PASSWORD}
        assert said(await site.http.post("/auth/login", json=body)) == answers[0], shut
        assert len(argon2.since()) == 1, shut


async def test_registering_costs_one_hash_whoever_is_there(site: Site, argon2: Counting) -> None:
    emails = await accounts(site)
    argon2.since()
    answers = []
    for name, email in emails.items():
        body = {"email": email, "password": "another password", "name": "Eve", "role": "worker"}
        answers.append(said(await site.http.post("/auth/register", json=body)))
        assert len(argon2.since()) == 1, name
    assert all(answer == answers[0] for answer in answers), answers
    for name in ("active", "admin"):
        login = await site.http.post("/auth/login", json={"email": emails[name], "password": PASSWORD})
        assert login.status_code == 200, "who was there is as before"


async def test_a_forgotten_password_costs_none(site: Site, argon2: Counting) -> None:
    emails = await accounts(site)
    argon2.since()
    asked = [{"email": email} for email in (*emails.values(), "no address", "a@b")]
    answers = [said(await site.http.post("/auth/password/forgot", json=body)) for body in asked]
    assert all(answer == answers[0] for answer in answers), answers
    assert answers[0][:2] == (202, {"status": "check_your_email"})
    assert argon2.since() == []


@pytest.mark.parametrize("path", ["/auth/register", "/auth/login", "/auth/password/forgot"])
async def test_no_address_begins_another_line(site: Site, path: str) -> None:
    await site.people.alice()
    rest = {
        "/auth/register": {"password": PASSWORD, "name": "Eve", "role": "client"},
        "/auth/login": {"password": PASSWORD},
    }
    for name, email in INJECTIONS.items():
        with unchanged(site.database, name):
            answer = await site.http.post(path, json={"email": email, **rest.get(path, {})})
        problem = assert_problem(answer, 422, "body_invalid", name)
        assert [error["field"] for error in problem["errors"]] == ["email"]


async def test_no_name_begins_another_line(site: Site, alice: Person) -> None:
    for name in (
        "Eve\r\nBcc: a@example.com",
        "Eve\n",
        "Eve\x85X",
        "Eve\u2028X",
        "Eve\u2029X",
        "\u202eevE",
        "Eve\u2066",
    ):
        body = {"email": "eve@example.com", "password": PASSWORD, "name": name, "role": "client"}
        with unchanged(site.database, name):
            assert_problem(await site.http.post("/auth/register", json=body), 422, "body_invalid", name)
            assert_problem(await alice.ask("PATCH", "/me", json={"name": name}), 422, "body_invalid", name)


async def test_an_invitation_tells_no_more_of_an_account_than_that_it_is_no_worker(site: Site) -> None:
    alice, client, worker = await site.people.alice(), await site.people.charlie(), await site.people.bob()
    site.database.write(lambda c: suspend(c, cause_of(site.clock, "operator:test"), worker.id))
    path = f"/jobs/{(await posted(alice))['id']}/invitations"
    answers = []
    for worker_id in (new_id("acc"), client.id, worker.id, alice.id, "acc_1", ""):
        with unchanged(site.database, worker_id):
            answers.append(said(await alice.post(path, {"worker_id": worker_id})))
    assert all(answer == answers[0] for answer in answers), answers
    assert answers[0][0] == 404


async def test_a_public_page_tells_no_more_either(site: Site) -> None:
    client, worker = await site.people.charlie(), await site.people.bob()
    made(await site.http.get(f"/workers/{worker.id}"), 200)
    site.database.write(lambda c: suspend(c, cause_of(site.clock, "operator:test"), worker.id))
    hidden = (new_id("acc"), client.id, worker.id, (await site.admin()).id, "acc_1")
    for path in ("/workers/{}", "/workers/{}/reviews"):
        answers = [said(await site.http.get(path.format(account_id))) for account_id in hidden]
        assert all(answer == answers[0] for answer in answers), (path, answers)
        assert answers[0][0] == 404
