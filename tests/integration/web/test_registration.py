"""Registering says nothing of who is registered, whatever is sent."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from domain.notifications.kinds import Kind
from tests.contents import contents
from tests.integration.web.conftest import Site
from tests.people import PASSWORD, made

DORA = {"email": "dora@example.com", "password": PASSWORD, "name": "Dora", "role": "client"}


def told(site: Site) -> list[dict[str, Any]]:
    """Who is to be told of what, oldest first."""
    return [msgspec.json.decode(row[2]) for row in sorted(contents(site.database)["outbox"])]


async def test_a_taken_address_gets_the_same_answer_and_its_owner_a_word(site: Site) -> None:
    first = await site.http.post("/auth/register", json=DORA)
    thief = {**DORA, "email": "dorA@Example.com", "password": "another password", "name": "X", "role": "worker"}
    second = await site.http.post("/auth/register", json=thief)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert made(first, 202) == {"status": "check_your_email"}
    assert {*first.headers} == {*second.headers}
    (row,) = contents(site.database)["account"]
    assert row[1] == DORA["email"]
    (link,) = contents(site.database)["one_time_link"]
    assert [(t["account_id"], t["kind"], t["subject_id"]) for t in told(site)] == [
        (row[0], Kind.ACCOUNT_VERIFY_EMAIL, link[0]),
        (row[0], Kind.ACCOUNT_EMAIL_TAKEN, row[0]),
    ]
    assert (await site.http.post("/auth/login", json={k: thief[k] for k in ("email", "password")})).status_code == 401
    made(await site.http.post("/auth/login", json={k: DORA[k] for k in ("email", "password")}), 200)


async def test_registrations_at_once_make_one_account(site: Site) -> None:
    answers = await asyncio.gather(*(site.http.post("/auth/register", json=DORA) for _ in range(8)))
    assert [a.status_code for a in answers] == [202] * 8
    assert len(contents(site.database)["account"]) == 1
    kinds = [t["kind"] for t in told(site)]
    assert sorted(kinds) == [Kind.ACCOUNT_EMAIL_TAKEN] * 7 + [Kind.ACCOUNT_VERIFY_EMAIL]


async def test_an_address_is_one_however_it_is_typed(site: Site) -> None:
    for email in ("Jos\u00e9@ex\u00e4mple.com", "jose\u0301@exa\u0308mple.com"):
        made(await site.http.post("/auth/register", json={**DORA, "email": email}), 202)
    assert len(contents(site.database)["account"]) == 1
    made(await site.http.post("/auth/login", json={"email": "JOSE\u0301@exämple.com", "password": PASSWORD}), 200)


async def test_names_of_every_language_are_kept(site: Site) -> None:
    names = ("Дора", "ドラ", "د", "O'Brien-Łukasz <b>x</b>", "👩‍🔧", "x" * 100)
    for n, name in enumerate(names):
        body = {**DORA, "email": f"d{n}@example.com", "name": name}
        made(await site.http.post("/auth/register", json=body), 202)
        login = {"email": body["email"], "password": PASSWORD}
        assert made(await site.http.post("/auth/login", json=login), 200)["account"]["name"] == name
