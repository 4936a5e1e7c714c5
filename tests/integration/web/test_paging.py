"""Lists: whole, in order, and steady while others write."""

from __future__ import annotations

from typing import Any

from domain.announcements.deliver import deliver
from domain.notifications.work import Deliver
from tests.integration.web.conftest import Site, two_pages
from tests.people import Body, Person, applied, hired, made, posted


async def test_a_page_at_a_time_shows_everything_once_newest_first_while_jobs_are_posted(site: Site) -> None:
    alice = await site.people.alice()
    old = [(await posted(alice, title=f"Job {n}"))["id"] for n in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = made(await site.http.get("/jobs", params=query), 200)
        assert len(page["items"]) <= 2
        seen += [job["id"] for job in page["items"]]
        await posted(alice, title="Posted meanwhile")
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == old[::-1]


async def test_applications_come_oldest_first_and_late_ones_still_come(site: Site, alice: Person, job: Body) -> None:
    path = f"/jobs/{job['id']}/applications"
    workers = [await site.people.charlie("worker") for _ in range(4)]
    offers = [(await applied(w, job["id"]))["id"] for w in workers[:3]]
    first = made(await alice.get(path, params={"limit": 2}), 200)
    offers.append((await applied(workers[3], job["id"]))["id"])
    rest = made(await alice.get(path, params={"limit": 2, "cursor": first["next_cursor"]}), 200)
    assert [o["id"] for o in first["items"] + rest["items"]] == offers
    assert rest["next_cursor"] is None


async def test_notifications_come_newest_first_to_their_owner_alone(site: Site, alice: Person, charlie: Person) -> None:
    jobs = [(await posted(alice, title=f"Job {n}"))["id"] for n in range(5)]
    for job_id in jobs:
        cause = site.services.cause("system", "cor_test_0001")
        work = Deliver(account_id=alice.id, kind="job.expired", subject_id=job_id)
        site.database.write(lambda c, cause=cause, work=work: deliver(c, cause, work))
    first = made(await alice.get("/notifications", params={"limit": 3}), 200)
    rest = made(await alice.get("/notifications", params={"limit": 3, "cursor": first["next_cursor"]}), 200)
    assert [n["subject_id"] for n in first["items"] + rest["items"]] == jobs[::-1]
    stolen = await charlie.get("/notifications", params={"cursor": first["next_cursor"]})
    assert made(stolen, 200) == {"items": [], "next_cursor": None}


async def test_payments_come_newest_first_to_the_client_who_made_them(site: Site) -> None:
    alice, bob, charlie = await site.people.alice(), await site.people.bob(), await site.people.charlie()
    made_by_alice = []
    for n in range(3):
        booking = await hired(alice, bob)
        made_by_alice.append(made(await alice.pay(booking["id"], key=f"k{n}"), 202))
    assert await two_pages(alice, "/payments", 2) == made_by_alice[::-1]
    assert made(await charlie.get("/payments"), 200) == {"items": [], "next_cursor": None}


async def test_only_jobs_of_the_status_that_was_asked_for(site: Site, alice: Person, bob: Person) -> None:
    kept, gone = await posted(alice), await posted(alice)
    offer = await applied(bob, gone["id"])
    made(await alice.post(f"/applications/{offer['id']}/hire"))

    async def ids(**query: Any) -> list[str]:
        return [job["id"] for job in made(await site.http.get("/jobs", params=query), 200)["items"]]

    assert await ids() == [kept["id"]]
    assert await ids(status="assigned") == [gone["id"]]
    assert await ids(status="draft") == await ids(status="closed") == []
