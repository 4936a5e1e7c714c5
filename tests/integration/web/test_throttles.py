"""Who tries too often waits, whatever the answer would have been; nobody else does."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.platform.throttles.token_bucket import Allowance, bucket, fill, prune, take
from runtime.database import Database, open_database
from runtime.settings import SettingsError, load
from tests.clock import Clock
from tests.contents import contents
from tests.integration.web.conftest import SETTINGS, Site, another_process, site_at
from tests.people import PASSWORD, made
from tests.problems import assert_problem

MINUTE = timedelta(minutes=1)


async def login(site: Site, email: str, password: str = PASSWORD, **how: Any) -> httpx.Response:
    return await site.http.post("/auth/login", json={"email": email, "password": password}, **how)


def left(answer: httpx.Response) -> tuple[int, int, int]:
    return tuple(int(answer.headers[f"ratelimit-{name}"]) for name in ("limit", "remaining", "reset"))  # type: ignore[return-value]  # three


def refused(answer: httpx.Response, wait: int) -> None:
    assert_problem(answer, 429, "too_many_attempts")
    assert int(answer.headers["retry-after"]) == wait
    assert left(answer)[1] == 0


async def test_an_account_that_is_guessed_at_waits_and_no_other(database_url: str) -> None:
    async with site_at(database_url, LOGIN_TRIES="3") as site:
        alice, bob = await site.people.alice(), await site.people.bob()
        for email in (alice.email, "nobody@example.com"):
            for remaining in (2, 1, 0):
                answer = await login(site, email, "wrong password")
                assert_problem(answer, 401, "authentication_failed")
                assert left(answer) == (3, remaining, 300 * (3 - remaining))
            for password in ("wrong password", PASSWORD):
                refused(await login(site, email.upper(), password), 300)
        made(await login(site, bob.email), 200)
        site.clock.forward(seconds=299)
        refused(await login(site, alice.email), 1)
        site.clock.forward(seconds=1)
        assert left(await login(site, alice.email, "wrong password")) == (3, 0, 900)
        site.clock.forward(seconds=300)
        made(await login(site, alice.email), 200)  # and the tries begin anew
        for _ in range(3):
            assert_problem(await login(site, alice.email, "wrong password"), 401, "authentication_failed")
        refused(await login(site, alice.email), 300)


async def test_a_refusal_costs_no_hash_and_is_not_on_record(sqlite_url: str) -> None:
    async with site_at(sqlite_url, LOGIN_TRIES="1") as site:
        await login(site, "nobody@example.com")
        before = contents(site.database)
        site.services.passwords.close()  # hashing would fail
        refused(await login(site, "nobody@example.com"), 900)
        assert contents(site.database) == before


async def test_all_processes_count_together(database_url: str) -> None:
    async with site_at(database_url, LOGIN_TRIES="2") as site, another_process(site) as http:
        body = {"email": "nobody@example.com", "password": PASSWORD}
        for each in (site.http, http):
            assert (await each.post("/auth/login", json=body)).status_code == 401
        for each in (http, site.http, http):
            refused(await each.post("/auth/login", json=body), 450)


async def test_tries_at_once_are_all_counted(database_url: str) -> None:
    async with site_at(database_url, LOGIN_TRIES="5") as site:
        answers = await asyncio.gather(*(login(site, "nobody@example.com") for _ in range(20)))
        assert sorted(a.status_code for a in answers) == [401] * 5 + [429] * 15


async def test_an_address_that_tries_many_accounts_waits(database_url: str) -> None:
    async with site_at(database_url, ADDRESS_TRIES="3", TRUSTED_PROXIES="127.0.0.0/8, 10.0.0.1") as site:
        here, there = ({"X-Forwarded-For": f"1.2.3.4, {each}"} for each in ("198.51.100.1", "198.51.100.2"))
        for n in range(3):
            assert (await login(site, f"p{n}@example.com", headers=here)).status_code == 401
        refused(await login(site, "p9@example.com", headers=here), 20)
        refused(await login(site, "p9@example.com", headers={"X-Forwarded-For": "9.9.9.9, 198.51.100.1"}), 20)
        assert (await login(site, "p9@example.com", headers=there)).status_code == 401
        body = {"email": "dora@example.com", "password": PASSWORD, "name": "Dora", "role": "client"}
        for n in range(3):  # another route counts for itself
            made(await site.http.post("/auth/register", json={**body, "email": f"d{n}@example.com"}, headers=here), 202)
        refused(await site.http.post("/auth/register", json=body, headers=here), 20)
        for _ in range(3):
            assert (await site.http.post("/auth/refresh", json={"refresh_token": "x"}, headers=here)).status_code == 401
        refused(await site.http.post("/auth/refresh", json={"refresh_token": "x"}, headers=here), 20)


async def test_without_trusted_proxies_nobody_hides_behind_a_header(sqlite_url: str) -> None:
    async with site_at(sqlite_url, ADDRESS_TRIES="1") as site:
        assert (await login(site, "a@example.com", headers={"X-Forwarded-For": "1.1.1.1"})).status_code == 401
        refused(await login(site, "b@example.com", headers={"X-Forwarded-For": "2.2.2.2"}), 60)


@pytest.mark.parametrize("route", ["register", "password/forgot"])
async def test_nobody_is_flooded_with_mail_and_the_answer_says_nothing(database_url: str, route: str) -> None:
    async with site_at(database_url, EMAIL_TRIES="2") as site:
        alice = await site.people.alice()
        site.clock.forward(hours=1)  # her registration was one
        seen = []
        for email in (alice.email, "new@example.com"):
            body = {"email": email}
            if route == "register":
                body |= {"password": PASSWORD, "name": "X", "role": "client"}
            answers = [await site.http.post(f"/auth/{route}", json=body) for _ in range(3)]
            assert [a.status_code for a in answers] == [202, 202, 429]
            seen.append([(left(a), {*a.headers}) for a in answers])
        assert seen[0] == seen[1]


async def test_a_session_that_refreshes_without_end_waits(database_url: str) -> None:
    async with site_at(database_url, REFRESH_TRIES="2") as site:
        alice = await site.people.alice()
        token = made(await login(site, alice.email), 200)["refresh_token"]
        for _ in range(2):
            token = made(await site.http.post("/auth/refresh", json={"refresh_token": token}), 200)["refresh_token"]
        refused(await site.http.post("/auth/refresh", json={"refresh_token": token}), 450)
        site.clock.forward(seconds=450)
        made(await site.http.post("/auth/refresh", json={"refresh_token": token}), 200)


async def test_a_password_is_not_guessed_with_a_stolen_token_either(database_url: str) -> None:
    async with site_at(database_url, LOGIN_TRIES="3") as site:
        alice = await site.people.alice()
        for _ in range(3):
            body = {"current_password": "wrong password", "new_password": PASSWORD}
            assert_problem(await alice.post("/auth/password", body), 403, "password_wrong")
        refused(await alice.post("/me/deactivate", {"password": PASSWORD}), 300)
        refused(await login(site, alice.email), 300)


async def test_verification_is_asked_for_again_so_often_only(database_url: str) -> None:
    async with site_at(database_url, EMAIL_TRIES="2") as site:
        alice = await site.people.alice()
        for _ in range(2):
            made(await alice.post("/auth/verify-email/resend"), 202)
        refused(await alice.post("/auth/verify-email/resend"), 1800)


def test_a_bucket_never_gives_more_than_it_holds(database_url: str) -> None:
    clock, databases = Clock(), [open_database(database_url) for _ in range(2)]
    of = bucket("t", "x", 7, timedelta(seconds=11))

    def try_it(nth: int) -> Allowance:
        return databases[nth % 2].write(lambda c: take(c, clock(), [of]))

    with ThreadPoolExecutor(2) as threads:
        granted = [not a.refused_for for a in threads.map(try_it, range(20))]
    assert granted.count(True) == 7
    clock.forward(seconds=11)
    assert [not try_it(n).refused_for for n in range(8)] == [True] * 7 + [False]
    databases[0].write(lambda c: fill(c, of))
    assert try_it(0).remaining == 6
    for each in databases:
        each.close()


def test_a_clock_that_goes_back_locks_nobody_out(database: Database) -> None:
    of, now = bucket("login.account", "alice", 2, MINUTE), Clock()()
    for _ in range(2):
        assert database.write(lambda c: take(c, now, [of])).refused_for == timedelta(0)
    assert database.write(lambda c: take(c, now, [of])).refused_for > timedelta(0)
    before = now - timedelta(days=2)
    assert database.write(lambda c: take(c, before, [of])).remaining == 1


def test_of_two_buckets_an_empty_one_keeps_the_other_full(database: Database) -> None:
    now = Clock()()
    small, large = bucket("s", "x", 1, MINUTE), bucket("l", "x", 10, MINUTE)
    first = database.write(lambda c: take(c, now, [small, large]))
    assert (first.limit, first.remaining) == (1, 0)
    second = database.write(lambda c: take(c, now, [large, small]))
    assert (second.limit, second.refused_for) == (1, MINUTE)
    assert database.write(lambda c: take(c, now, [large])).remaining == 8
    assert database.write(lambda c: prune(c, before=now)) == 0
    assert database.write(lambda c: prune(c, before=now + 2 * MINUTE)) == 2


@pytest.mark.parametrize("proxies", ["nonsense", "10.0.0.0/99", "10.0.0.1;10.0.0.2"])
def test_a_proxy_that_is_no_address_is_refused_at_start(proxies: str) -> None:
    with pytest.raises(SettingsError, match="TRUSTED_PROXIES"):
        load({**SETTINGS, "TRUSTED_PROXIES": proxies})
