"""Lists: whole, in order, and steady while others write."""

from __future__ import annotations

from typing import Any

from domain.announcements.deliver import deliver
from domain.notifications.work import Deliver
from tests.integration.web.conftest import Site
from tests.people import Body, Person, applied, hired, made, posted
from tests.problems import assert_problem

FORGED = {
    "words": "next",
    "an offset": "20",
    "NUL": "\x00",
    "SQL": "' OR 1=1 --",
    "a wildcard": "~",
    "a line end": "job_" + "0" * 25 + "\n",
    "upper case": "JOB_" + "0" * 25,
    "short": "job_" + "0" * 24,
    "huge": "j" * 50_000,
    "unicode": "job_\u0660" * 5,
}


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
    first = made(await alice.get("/payments", params={"limit": 2}), 200)
    rest = made(await alice.get("/payments", params={"limit": 2, "cursor": first["next_cursor"]}), 200)
    assert first["items"] + rest["items"] == made_by_alice[::-1]
    assert rest["next_cursor"] is None
    assert made(await charlie.get("/payments"), 200) == {"items": [], "next_cursor": None}
    assert_problem(await bob.get("/payments"), 403, "wrong_role")


async def test_only_jobs_of_the_status_that_was_asked_for(site: Site, alice: Person, bob: Person) -> None:
    kept, gone = await posted(alice), await posted(alice)
    offer = await applied(bob, gone["id"])
    made(await alice.post(f"/applications/{offer['id']}/hire"))

    async def ids(**query: Any) -> list[str]:
        return [job["id"] for job in made(await site.http.get("/jobs", params=query), 200)["items"]]

    assert await ids() == [kept["id"]]
    assert await ids(status="assigned") == [gone["id"]]
    assert await ids(status="draft") == await ids(status="closed") == []


async def test_forged_cursors_and_silly_limits_are_refused(alice: Person, job: Body) -> None:
    for path in ("/jobs", "/notifications", f"/jobs/{job['id']}/applications"):
        for name, cursor in FORGED.items():
            await refused(alice, path, {"cursor": cursor}, name)
        for limit in ("0", "-1", "101", "1e9", "9" * 400, "ten", "", "1.5", "\x00", "١"):
            await refused(alice, path, {"limit": limit}, limit)
    for status in ("", "OPEN", "open\n", "x" * 50_000, "\x00", "open,closed"):
        await refused(alice, "/jobs", {"status": status}, status)


async def refused(person: Person, path: str, query: dict[str, str], name: str) -> None:
    answer = await person.get(path, params=query)
    assert answer.status_code in (400, 422), (path, name, answer.text)
    code = "cursor_invalid" if answer.status_code == 422 else "invalid_request"
    problem = assert_problem(answer, answer.status_code, code, (path, name))
    assert [e["field"] for e in problem["errors"]] == list(query), (path, name)


async def test_a_parameter_given_twice_or_unknown_is_no_reason_to_break(site: Site) -> None:
    for query in ("limit=1&limit=2", "cursor=&cursor=", "nonsense=1", "x" * 60_000, "limit[]=1", "&&==&", "%00=%00"):
        answer = await site.http.get(f"/jobs?{query}")
        assert answer.status_code in (200, 400, 422), (query, answer.text)
