"""What may be kept of an answer: nothing of tokens, and nothing by a shared cache of what an account was told."""

from __future__ import annotations

from runtime.tokens import Tokens
from tests.integration.web.conftest import Site
from tests.integration.web.matrix.test_authorisation import OPERATIONS
from tests.people import PASSWORD, Person
from tests.problems import assert_problem


async def test_answers_of_auth_are_stored_nowhere(sqlite_site: Site) -> None:
    alice = await sqlite_site.people.alice()
    session = await sqlite_site.http.post("/auth/login", json={"email": alice.email, "password": PASSWORD})
    renewed = await sqlite_site.http.post("/auth/refresh", json={"refresh_token": session.json()["refresh_token"]})
    wrong = await sqlite_site.http.post("/auth/login", json={"email": alice.email, "password": "x" * 20})
    assert (session.status_code, renewed.status_code, wrong.status_code) == (200, 200, 401)
    assert {each.headers["cache-control"] for each in (session, renewed, wrong)} == {"no-store"}


async def test_every_route_that_asks_for_a_token_keeps_shared_caches_out(sqlite_site: Site) -> None:
    """Whatever the answer is: a page, a resource, or a refusal."""
    people = [await sqlite_site.people.alice(), await sqlite_site.people.bob(), await sqlite_site.admin()]
    seen = 0
    for operation in OPERATIONS.values():
        path = operation.template.replace("{", "").replace("}", "")
        if not operation.takes_tokens or path.startswith("/auth/") or path.endswith("/deactivate"):
            continue
        for person in people:
            answer = await person.ask(operation.method, path)
            if answer.status_code in (400, 422):
                continue  # refused for its shape, maybe before it was known who asks
            assert answer.headers.get("cache-control") in ("private, no-cache", "no-store"), operation
            seen += 1
    assert seen > 100


async def test_a_token_is_worth_no_more_than_its_rows(site: Site, alice: Person, bob: Person) -> None:
    """Somebody has the signing key, and names another role or account than the session's."""
    tokens: Tokens = site.services.tokens
    session_id = tokens.verify(alice.token, site.clock()).session_id
    for account_id, role in ((alice.id, "admin"), (alice.id, "worker"), (bob.id, "client"), (bob.id, "worker")):
        forged, _ = tokens.issue(account_id, role, session_id, site.clock())
        person = Person(account_id, "", role, forged, site.http)
        assert_problem(await person.get("/me"), 401, "session_ended")
    assert (await alice.get("/me")).status_code == 200
