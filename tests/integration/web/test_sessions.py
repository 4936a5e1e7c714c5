"""Sessions go on by refreshing, end when told to, and die when a refresh token comes twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import httpx
import pytest
from sqlalchemy import bindparam, update

from domain.database import Connection
from domain.errors import Conflict
from domain.history.read import changes
from domain.identity.accounts import read
from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.identity.accounts.tables import account
from domain.identity.sessions.begin import begin
from domain.identity.sessions.end import end_all, end_of_account
from domain.identity.sessions.prune import prune
from domain.identity.sessions.refresh import GRACE, Renewed, Reused, find, refresh
from runtime.database import Database, open_database
from runtime.secrets import hashed
from tests.clock import Clock
from tests.contents import contents, unchanged
from tests.integration.web.conftest import Site
from tests.people import JOB, PASSWORD, Person, made
from tests.problems import assert_problem, assert_refused
from tests.story import cause_of

_set_status = update(account).where(account.c.id == bindparam("account_id")).values(status=bindparam("after"))
LIFETIME = timedelta(days=30)


async def logged_in(site: Site, person: Person) -> dict[str, Any]:
    return made(await site.http.post("/auth/login", json={"email": person.email, "password": PASSWORD}), 200)


async def refreshed(site: Site, token: str) -> httpx.Response:
    return await site.http.post("/auth/refresh", json={"refresh_token": token})


async def get(site: Site, token: str, path: str = "/notifications") -> httpx.Response:
    return await site.http.get(path, headers={"Authorization": f"Bearer {token}"})


async def test_a_session_goes_on_by_its_refresh_tokens_each_good_once(site: Site, alice: Person) -> None:
    tokens = await logged_in(site, alice)
    for _ in range(3):
        site.clock.forward(days=29)
        assert_problem(await get(site, tokens["access_token"]), 401, "token_expired")
        tokens = made(await refreshed(site, tokens["refresh_token"]), 200)
        assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 900)
        assert (await get(site, tokens["access_token"])).status_code == 200
    site.clock.forward(days=30)
    await assert_refused(site.database, refreshed(site, tokens["refresh_token"]), 401, "session_ended")


async def test_no_table_holds_what_opens_a_session(site: Site) -> None:
    tokens = await logged_in(site, await site.people.alice())
    everything = str(contents(site.database))
    assert hashed(tokens["refresh_token"]) in everything
    assert tokens["refresh_token"] not in everything
    assert tokens["refresh_token"].removeprefix("hwr_") not in everything
    assert tokens["access_token"] not in everything


async def test_a_refresh_token_that_comes_again_ends_its_session_and_no_other(site: Site, alice: Person) -> None:
    stolen, other = await logged_in(site, alice), await logged_in(site, alice)
    newest = made(await refreshed(site, stolen["refresh_token"]), 200)
    site.clock.now += GRACE
    assert_problem(await refreshed(site, stolen["refresh_token"]), 401, "refresh_token_reused")
    for token in (stolen["access_token"], newest["access_token"]):
        with unchanged(site.database):
            assert_problem(await get(site, token), 401, "session_ended")
            headers = {"Authorization": f"Bearer {token}"}
            assert_problem(await site.http.post("/jobs", json=JOB, headers=headers), 401, "session_ended")
    for token in (stolen["refresh_token"], newest["refresh_token"]):
        assert_problem(await refreshed(site, token), 401, "session_ended")
    assert (await get(site, other["access_token"])).status_code == 200
    session_id = site.services.tokens.verify(stolen["access_token"], site.clock()).session_id
    story = site.database.read(lambda c: changes(c, session_id))
    assert [c.to_status for c in story] == ["active", "stolen"]


async def test_a_token_that_comes_again_within_moments_gets_nothing_and_revokes_nothing(site: Site) -> None:
    tokens = await logged_in(site, await site.people.alice())
    next_ = made(await refreshed(site, tokens["refresh_token"]), 200)
    site.clock.now += GRACE - timedelta(milliseconds=1)
    for _ in range(3):
        await assert_refused(site.database, refreshed(site, tokens["refresh_token"]), 409, "refresh_raced")
    assert (await get(site, next_["access_token"])).status_code == 200
    newest = made(await refreshed(site, next_["refresh_token"]), 200)
    site.clock.forward(milliseconds=1)  # its own time is over, its successor's is not: neither opens anything
    assert_problem(await refreshed(site, next_["refresh_token"]), 409, "refresh_raced")
    assert_problem(await refreshed(site, tokens["refresh_token"]), 401, "refresh_token_reused")
    assert_problem(await refreshed(site, newest["refresh_token"]), 401, "session_ended")


async def test_a_token_of_a_session_that_ended_is_refused_within_moments_too(site: Site) -> None:
    tokens = await logged_in(site, await site.people.alice())
    next_ = made(await refreshed(site, tokens["refresh_token"]), 200)
    headers = {"Authorization": f"Bearer {next_['access_token']}"}
    assert (await site.http.post("/auth/logout", headers=headers)).status_code == 204
    assert_problem(await refreshed(site, tokens["refresh_token"]), 401, "session_ended")


def test_of_two_refreshes_at_once_one_wins_and_its_session_goes_on(database_url: str) -> None:
    clock, databases = Clock(), [open_database(database_url) for _ in range(2)]
    cause = cause_of(clock, "anonymous")

    def start(connection: Connection) -> None:
        new = register(connection, cause, email="a@example.com", password_hash="-", role=Role.CLIENT, name="Alice")
        begin(connection, cause, new, refresh_hash="h0", lifetime=LIFETIME)

    databases[0].write(start)
    for round_ in range(5):
        barrier = Barrier(2)

        def use(nth: int, round_: int = round_, barrier: Barrier = barrier) -> Renewed | Reused | Conflict:
            database = databases[nth]
            shown = database.read(lambda c: find(c, f"h{round_}"))
            was_unused = shown is not None and not shown.used
            barrier.wait(10)
            try:
                return database.write(
                    lambda c: refresh(
                        c,
                        cause,
                        f"h{round_}",
                        successor_hash=f"h{round_ + 1}",
                        lifetime=LIFETIME,
                        was_unused=was_unused,
                    )
                )
            except Conflict as raced:
                return raced

        with ThreadPoolExecutor(2) as threads:
            first, second = threads.map(use, range(2))
        won = [isinstance(first, Renewed), isinstance(second, Renewed)]
        assert sorted(won) == [False, True]
        lost = second if won[0] else first
        assert isinstance(lost, Conflict)
        assert lost.code == "refresh_raced"
    for each in databases:
        each.close()


async def test_who_logs_out_is_out_at_once(site: Site, alice: Person) -> None:
    here, there = await logged_in(site, alice), await logged_in(site, alice)
    headers = {"Authorization": f"Bearer {here['access_token']}"}
    assert (await site.http.post("/auth/logout", headers=headers)).status_code == 204
    assert_problem(await get(site, here["access_token"]), 401, "session_ended")
    assert_problem(await site.http.post("/auth/logout", headers=headers), 401, "session_ended")
    assert_problem(await refreshed(site, here["refresh_token"]), 401, "session_ended")
    assert (await get(site, there["access_token"])).status_code == 200
    headers = {"Authorization": f"Bearer {there['access_token']}"}
    assert (await site.http.post("/auth/logout-everywhere", headers=headers)).status_code == 204
    for token in (there["access_token"], alice.token):
        assert_problem(await get(site, token), 401, "session_ended")
    assert_problem(await refreshed(site, there["refresh_token"]), 401, "session_ended")
    assert (await get(site, (await logged_in(site, alice))["access_token"])).status_code == 200


async def test_ending_all_sessions_works_in_every_process(site: Site, alice: Person, bob: Person) -> None:
    tokens = await logged_in(site, alice)
    elsewhere = open_database(site.url)  # as the operator's command has
    for epoch in (1, 2):
        assert elsewhere.write(lambda c: end_all(c, cause_of(site.clock, "operator:ada"))) == epoch
        for token in (alice.token, bob.token, tokens["access_token"]):
            assert_problem(await get(site, token), 401, "session_ended")
        assert_problem(await refreshed(site, tokens["refresh_token"]), 401, "session_ended")
        tokens = await logged_in(site, alice)
        assert (await get(site, tokens["access_token"])).status_code == 200
    elsewhere.close()
    story = site.database.read(lambda c: changes(c, "sessions"))
    assert [(c.to_status, c.actor) for c in story] == [("epoch 1", "operator:ada"), ("epoch 2", "operator:ada")]


async def test_a_suspended_account_does_nothing_and_a_deactivated_one_is_logged_out(site: Site, alice: Person) -> None:
    tokens = await logged_in(site, alice)
    for after, status, code in (("suspended", 403, "account_suspended"), ("deactivated", 401, "session_ended")):
        site.database.write(lambda c, after=after: c.run(_set_status, account_id=alice.id, after=after))
        with unchanged(site.database, after):
            assert_problem(await alice.get("/notifications"), status, code)
            assert_problem(await alice.post("/jobs", JOB), status, code)
            assert_problem(await refreshed(site, tokens["refresh_token"]), status, code)
    site.database.write(lambda c: c.run(_set_status, account_id=alice.id, after="active"))
    assert (await alice.get("/notifications")).status_code == 200


async def test_a_session_that_began_with_a_password_that_was_changed_meanwhile_is_over(site: Site) -> None:
    alice = await site.people.alice()

    def late(connection: Connection) -> str:
        before = read.by_id(connection, alice.id)
        assert before is not None
        end_of_account(connection, alice.id)
        return begin(connection, cause_of(site.clock, alice.id), before, refresh_hash="h", lifetime=LIFETIME)

    session_id = site.database.write(late)
    token, _ = site.services.tokens.issue(alice.id, "client", session_id, site.clock())
    assert_problem(await get(site, token), 401, "session_ended")


@pytest.mark.parametrize(
    "token", ["", "x", "hwr_", "hwr_" + "A" * 43, "é" * 100, "\u0000", "'; DROP TABLE session; --", "💥" * 200]
)
async def test_what_is_no_refresh_token_of_ours_is_refused(sqlite_site: Site, token: str) -> None:
    await assert_refused(sqlite_site.database, refreshed(sqlite_site, token), 401, "refresh_token_invalid")


async def test_a_refresh_token_of_absurd_size_is_refused(sqlite_site: Site) -> None:
    await assert_refused(sqlite_site.database, refreshed(sqlite_site, "x" * 201), 422, "body_invalid")


def test_sessions_that_ran_out_are_forgotten_with_their_tokens(database: Database) -> None:
    clock = Clock()
    cause = cause_of(clock, "anonymous")

    def start(connection: Connection) -> None:
        new = register(connection, cause, email="a@example.com", password_hash="-", role=Role.CLIENT, name="Alice")
        for n in range(3):
            begin(connection, cause, new, refresh_hash=f"h{n}", lifetime=timedelta(days=1 + 40 * (n == 2)))

    database.write(start)
    assert database.write(lambda c: prune(c, before=clock() + timedelta(days=2))) == 4
    left = contents(database)
    assert [row[0] for row in left["refresh_token"]] == ["h2"]
    assert len(left["session"]) == 1
