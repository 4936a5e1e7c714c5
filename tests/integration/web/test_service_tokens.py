"""Operators' programs call the API with tokens that do not expire, until they are revoked."""

from __future__ import annotations

import pytest

from domain.errors import Conflict, NotFound
from domain.history.read import changes
from domain.identity.service_tokens.make import make
from domain.identity.service_tokens.read import every
from domain.identity.service_tokens.revoke import revoke
from domain.identity.sessions.end import end_all
from runtime.database import open_database
from runtime.ids import new_id
from runtime.secrets import hashed
from runtime.service_tokens import new_service_token
from tests.contents import contents, unchanged
from tests.integration.web.conftest import Site
from tests.people import JOB, PASSWORD, Person, made
from tests.problems import assert_problem
from tests.story import cause_of


def a_token(site: Site) -> tuple[str, Person]:
    """Its id, and what acts by it."""
    account_id = new_id("acc")
    secret = new_service_token(account_id)
    token_id = site.database.write(
        lambda c: make(
            c,
            cause_of(site.clock, "operator:ada"),
            account_id=account_id,
            name="Broadcasts",
            secret_hash=hashed(secret),
        )
    )
    return token_id, Person(account_id, f"{account_id}@service.invalid", "admin", secret, site.http)


async def test_it_does_what_an_admin_may_and_is_on_record_until_it_is_revoked_everywhere(site: Site) -> None:
    token_id, service = a_token(site)
    alice = await site.people.alice()
    assert service.token not in str(contents(site.database))
    site.clock.forward(days=400)
    site.database.write(lambda c: end_all(c, cause_of(site.clock, "operator:ada")))
    made(await service.post(f"/admin/accounts/{alice.id}/suspend"), 200)
    story = site.database.read(lambda c: changes(c, alice.id))
    assert (story[-1].to_status, story[-1].actor) == ("suspended", service.id)
    assert made(await service.get("/me"), 200)["name"] == "Broadcasts"
    assert_problem(await service.post("/jobs", JOB), 403, "wrong_role")
    elsewhere = open_database(site.url)
    elsewhere.write(lambda c: revoke(c, cause_of(site.clock, "operator:eve"), token_id))
    elsewhere.close()
    with unchanged(site.database):
        assert_problem(await service.post(f"/admin/accounts/{alice.id}/reinstate"), 401, "token_invalid")
        assert_problem(await service.get("/notifications"), 401, "token_invalid")
    (listed,) = site.database.read(every)
    assert (listed.status, listed.made_by, listed.name) == ("revoked", "operator:ada", "Broadcasts")
    story = site.database.read(lambda c: changes(c, token_id))
    assert [(s.to_status, s.actor) for s in story] == [("active", "operator:ada"), ("revoked", "operator:eve")]


async def test_an_admin_may_suspend_it(site: Site) -> None:
    _, service = a_token(site)
    ada = await site.admin()
    made(await ada.post(f"/admin/accounts/{service.id}/suspend"), 200)
    assert_problem(await service.get("/notifications"), 403, "account_suspended")


async def test_a_token_is_revoked_once(site: Site) -> None:
    token_id, _ = a_token(site)
    cause = cause_of(site.clock, "operator:ada")
    site.database.write(lambda c: revoke(c, cause, token_id))
    with pytest.raises(Conflict):
        site.database.write(lambda c: revoke(c, cause, token_id))
    with pytest.raises(NotFound):
        site.database.write(lambda c: revoke(c, cause, new_id("svc")))


async def test_no_password_opens_its_account(site: Site) -> None:
    _, service = a_token(site)
    for password in (PASSWORD, "-", ""):
        login = await site.http.post("/auth/login", json={"email": service.email, "password": password})
        assert_problem(login, 401, "authentication_failed")


async def test_forged_ones_open_nothing(site: Site) -> None:
    _, service = a_token(site)
    _, other = a_token(site)
    ada = await site.admin()
    head, own, secret = service.token[:4], service.token[4:29], service.token[30:]
    forged = {
        "cut": service.token[:-1],
        "longer": f"{service.token}A",
        "another secret": f"{head}{own}_{'A' * 43}",
        "another's account": f"{head}{other.token[4:29]}_{secret}",
        "an admin's account": f"{head}{ada.id.removeprefix('acc_')}_{secret}",
        "upper case": service.token.upper(),
        "prefix alone": "hws_",
        "id alone": f"{head}{own}",
        "NUL": f"{head}{own}_{secret[:-1]}\x00",
        "huge": "hws_" + "0" * 50_000,
        "session": f"hwr_{secret}",
    }
    for name, token in forged.items():
        with unchanged(site.database, name):
            headers = [(b"Authorization", b"Bearer " + token.encode())]
            answer = await site.http.get("/notifications", headers=headers)
        assert_problem(answer, 401, "token_invalid", name)
