"""What costs others something is done so often in an hour by one account, in all processes together."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.contents import contents, unchanged
from tests.integration.web.conftest import another_process, site_at
from tests.people import JOB, OFFER, Person, applied, hired, made, posted
from tests.problems import assert_problem

LATER = "2026-12-01T09:00:00Z"
LIMITS = dict.fromkeys(("JOBS_AN_HOUR", "APPLICATIONS_AN_HOUR", "INVITATIONS_AN_HOUR", "MESSAGES_AN_HOUR"), "4")


def left(answer: httpx.Response) -> tuple[str, ...]:
    return tuple(answer.headers[f"ratelimit-{name}"] for name in ("limit", "remaining", "reset", "policy"))


def refused(answer: httpx.Response, wait: int) -> None:
    assert_problem(answer, 429, "too_many_requests")
    assert int(answer.headers["retry-after"]) == wait
    assert left(answer)[1] == "0"


async def post_job(person: Person) -> httpx.Response:
    return await person.post("/jobs", JOB)


async def test_so_many_jobs_an_hour_and_they_come_back_evenly(database_url: str) -> None:
    async with site_at(database_url, JOBS_AN_HOUR="3") as site:
        alice, charlie = await site.people.alice(), await site.people.charlie()
        for remaining in (2, 1, 0):
            answer = await post_job(alice)
            assert answer.status_code == 201
            assert left(answer) == ("3", str(remaining), str(1_200 * (3 - remaining)), "3;w=3600")
        with unchanged(site.database):
            for _ in range(2):
                refused(await post_job(alice), 1_200)
        assert (await post_job(charlie)).status_code == 201
        site.clock.forward(seconds=1_200)
        alice = await site.people.again(alice)
        assert (await post_job(alice)).status_code == 201
        refused(await post_job(alice), 1_200)


async def test_each_thing_is_counted_by_itself_wherever_it_is_done(database_url: str) -> None:
    async with site_at(database_url, **LIMITS) as site:
        alice, bob = await site.people.alice(), await site.people.bob()
        booking = await hired(alice, bob)
        application = await applied(bob, (await posted(alice))["id"])
        workers = [await site.people.join("Dave", "worker") for _ in range(5)]
        jobs = [(await posted(alice))["id"] for _ in range(2)]
        refused(await post_job(alice), 900)
        talk: list[tuple[str, Any]] = [
            (f"/applications/{application['id']}/messages", {"text": "At nine?"}),
            (f"/bookings/{booking['id']}/messages", {"text": "At nine?"}),
            (f"/applications/{application['id']}/offers", {"price_minor": 8_000}),
            (f"/bookings/{booking['id']}/reschedule", {"starts_at": LATER}),
        ]
        for path, body in talk:
            made(await alice.post(path, body))
        for path, body in talk:
            refused(await alice.post(path, body), 900)
        for worker in workers[:4]:
            made(await alice.post(f"/jobs/{jobs[0]}/invitations", {"worker_id": worker.id}))
        refused(await alice.post(f"/jobs/{jobs[0]}/invitations", {"worker_id": workers[4].id}), 900)
        for job in jobs:
            await applied(bob, job)
        with unchanged(site.database):
            refused(await bob.post(f"/jobs/{jobs[0]}/applications", OFFER), 900)


async def test_what_fails_is_not_counted(database_url: str) -> None:
    async with site_at(database_url, JOBS_AN_HOUR="1", APPLICATIONS_AN_HOUR="2") as site:
        alice, bob = await site.people.alice(), await site.people.bob()
        for _ in range(3):
            assert_problem(await alice.post("/jobs", {**JOB, "category": "alchemy"}), 422, "category_unknown")
        job = await posted(alice)
        await applied(bob, job["id"])
        for _ in range(3):
            assert_problem(await bob.post(f"/jobs/{job['id']}/applications", OFFER), 409, "already_applied")
        await applied(bob, (await posted(await site.people.charlie()))["id"])


async def test_who_may_not_is_told_so_first_and_spends_nothing(database_url: str) -> None:
    async with site_at(database_url, JOBS_AN_HOUR="1") as site:
        alice, bob = await site.people.alice(), await site.people.bob()
        for _ in range(2):
            assert_problem(await post_job(bob), 403, "wrong_role")
        assert (await alice.post("/auth/logout")).status_code == 204
        for _ in range(2):
            assert_problem(await post_job(alice), 401, "session_ended")
        assert (await post_job(await site.people.again(alice))).status_code == 201


async def test_all_processes_count_together_and_at_once(database_url: str) -> None:
    async with site_at(database_url, JOBS_AN_HOUR="7") as site:
        alice = await site.people.alice()
        async with another_process(site) as http:
            elsewhere = Person(alice.id, alice.email, alice.role, alice.token, http)
            answers = await asyncio.gather(*(post_job(person) for person in [alice, elsewhere] * 8))
        assert sorted(answer.status_code for answer in answers) == [201] * 7 + [429] * 9
        assert len(contents(site.database)["job"]) == 7
