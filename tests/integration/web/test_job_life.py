"""A job's life over HTTP: draft, open, edited, cancelled, expired, opened again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from domain.history.read import changes
from runtime.settings import Settings, load
from tests.clock import START
from tests.contents import unchanged
from tests.integration.web.conftest import SETTINGS, Site, two_pages
from tests.people import JOB, Body, Person, applied, hired, made, posted
from tests.problems import assert_problem

DATES = {"wanted_from": "2026-12-01", "wanted_until": "2026-12-24"}
PLACE = {"latitude": 52.52, "longitude": 13.405}


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Nobody's token ends while the days of a job pass: it is good for longer than a setting may say."""
    return structs.replace(load({**SETTINGS, "DATABASE_URL": database_url}), access_token_seconds=99_999_999)


async def listed(site: Site, status: str = "open") -> list[str]:
    return [job["id"] for job in made(await site.http.get("/jobs", params={"status": status}), 200)["items"]]


async def told(person: Person) -> list[tuple[str, str]]:
    items = made(await person.get("/notifications"), 200)["items"]
    return [(item["kind"], item["subject_id"]) for item in items]


async def statuses(site: Site, job_id: str) -> list[str]:
    return [change.to_status for change in site.database.read(lambda c: changes(c, job_id))]


async def test_a_job_says_all_that_it_was_posted_with(site: Site, alice: Person) -> None:
    job = await posted(alice, **DATES, **PLACE, open_days=7)
    assert {name: job[name] for name in (*JOB, *DATES, *PLACE)} == {**JOB, **DATES, **PLACE}
    assert (job["status"], job["version"], job["open_days"]) == ("open", 1, 7)
    assert job["posted_at"] == "2026-11-23T12:00:00Z"
    assert job["expires_at"] == "2026-11-30T12:00:00Z"
    assert made(await site.http.get(f"/jobs/{job['id']}"), 200) == job
    assert (await posted(alice))["expires_at"] == "2026-12-23T12:00:00Z"


async def test_a_draft_is_its_clients_alone_until_it_is_published(site: Site) -> None:
    alice, bob, charlie = await site.people.alice(), await site.people.bob(), await site.people.charlie()
    draft = await posted(alice, draft=True)
    later = await posted(alice)
    path = f"/jobs/{draft['id']}"
    assert (draft["status"], draft["posted_at"], draft["expires_at"]) == ("draft", None, None)
    assert made(await alice.get(path), 200) == draft
    for stranger in (bob, charlie):
        assert_problem(await stranger.get(path), 404, "not_found")
    assert_problem(await site.http.get(path), 404, "not_found")
    assert_problem(await site.http.get(path, headers={"Authorization": "Bearer no"}), 401, "token_invalid")
    assert await listed(site) == [later["id"]]
    assert await listed(site, "draft") == []
    assert_problem(await bob.post(f"{path}/applications", {"message": "", "price_minor": 9_000}), 404, "not_found")

    site.clock.forward(days=2)
    opened = made(await alice.post(f"{path}/publish"), 200)
    assert (opened["status"], opened["posted_at"]) == ("open", "2026-11-25T12:00:00Z")
    assert opened["expires_at"] == "2026-12-25T12:00:00Z"
    assert await listed(site) == [draft["id"], later["id"]], "the newest is what workers have not seen yet"
    assert_problem(await alice.post(f"{path}/publish"), 409, "job_status")
    assert await statuses(site, draft["id"]) == ["draft", "open"]


async def test_a_draft_whose_dates_have_passed_is_not_published(site: Site, alice: Person) -> None:
    draft = await posted(alice, draft=True, **DATES)
    site.clock.forward(days=60)
    assert_problem(await alice.post(f"/jobs/{draft['id']}/publish"), 422, "date_out_of_range")
    edit = {"wanted_from": None, "wanted_until": None}
    assert made(await alice.ask("PATCH", f"/jobs/{draft['id']}", json=edit), 200)["wanted_from"] is None
    assert made(await alice.post(f"/jobs/{draft['id']}/publish"), 200)["status"] == "open"


async def test_an_open_job_is_edited_until_somebody_applies(site: Site, alice: Person, bob: Person, job: Body) -> None:
    path = f"/jobs/{job['id']}"
    changes_ = {"title": "Fix two taps", "budget_minor": 20_000, "city": "Potsdam", **PLACE, **DATES}
    edited = made(await alice.ask("PATCH", path, json=changes_), 200)
    assert edited == {**job, **changes_, "version": 2}
    assert made(await alice.ask("PATCH", path, json={"title": "Fix two taps"}), 200) == edited, "nothing new"

    await applied(bob, job["id"])
    other = {"budget_minor": 30_000, "currency": "eur", "city": "Bonn", "category": "cleaning", "latitude": 1.0}
    for name, value in other.items():
        with unchanged(site.database, name):
            problem = assert_problem(await alice.ask("PATCH", path, json={name: value}), 409, "job_has_applicants")
        assert name in problem["detail"]
    words = made(await alice.ask("PATCH", path, json={"description": "Both.", "city": "Potsdam"}), 200)
    assert (words["description"], words["version"]) == ("Both.", 3)


async def test_an_edit_for_another_version_is_refused(site: Site, alice: Person) -> None:
    path = f"/jobs/{(await posted(alice))['id']}"
    made(await alice.ask("PATCH", path, json={"title": "One", "version": 1}), 200)
    with unchanged(site.database):
        assert_problem(await alice.ask("PATCH", path, json={"title": "Two", "version": 1}), 409, "job_changed")
    assert made(await alice.ask("PATCH", path, json={"title": "Two", "version": 2}), 200)["version"] == 3


async def test_what_is_assigned_or_over_is_not_edited_published_or_cancelled(site: Site) -> None:
    alice, bob = await site.people.alice(), await site.people.bob()
    assigned = (await hired(alice, bob))["job_id"]
    cancelled = (await posted(alice))["id"]
    assert made(await alice.post(f"/jobs/{cancelled}/cancel"), 200)["status"] == "cancelled"
    for job_id in (assigned, cancelled):
        with unchanged(site.database, job_id):
            edit = await alice.ask("PATCH", f"/jobs/{job_id}", json={"title": "Other"})
            assert_problem(edit, 409, "job_status")
            assert_problem(await alice.post(f"/jobs/{job_id}/publish"), 409, "job_status")
            assert_problem(await alice.post(f"/jobs/{job_id}/cancel"), 409, "job_status")


async def test_cancelling_turns_the_applicants_away_and_tells_them(site: Site) -> None:
    alice, bob, charlie = await site.people.alice(), await site.people.bob(), await site.people.charlie("worker")
    job = await posted(alice)
    offers = [await applied(person, job["id"]) for person in (bob, charlie)]
    made(await alice.post(f"/jobs/{job['id']}/cancel"), 200)
    await site.work_off()
    for person in (bob, charlie):
        assert await told(person) == [("job.cancelled", job["id"])]
    seen = made(await alice.get(f"/jobs/{job['id']}/applications"), 200)["items"]
    assert [(offer["id"], offer["status"]) for offer in seen] == [(offer["id"], "declined") for offer in offers]
    assert_problem(await alice.post(f"/applications/{offers[0]['id']}/hire"), 409, "job_not_open")
    assert await listed(site) == []
    assert await listed(site, "cancelled") == [job["id"]]


async def test_a_cancelled_draft_stays_its_clients_alone(site: Site, alice: Person, charlie: Person) -> None:
    draft = await posted(alice, draft=True)
    made(await alice.post(f"/jobs/{draft['id']}/cancel"), 200)
    assert_problem(await charlie.get(f"/jobs/{draft['id']}"), 404, "not_found")
    assert await listed(site, "cancelled") == []
    assert made(await alice.get(f"/jobs/{draft['id']}"), 200)["status"] == "cancelled"


async def test_a_job_that_nobody_was_hired_for_expires_and_can_be_opened_again(site: Site) -> None:
    alice, bob, charlie = await site.people.alice(), await site.people.bob(), await site.people.charlie("worker")
    job, booking = await posted(alice, open_days=2), await hired(alice, charlie)
    made(await alice.pay(booking["id"]), 202)
    busy = booking["job_id"]
    await applied(bob, job["id"])
    await site.work_off()
    before = await told(bob)
    site.clock.forward(days=2, seconds=-1)
    await site.work_off()
    assert await listed(site) == [job["id"]]
    site.clock.forward(seconds=1)
    await site.work_off()
    assert await listed(site, "expired") == [job["id"]]
    assert await told(bob) == [("job.expired", job["id"]), *before]
    assert (await told(alice))[0] == ("job.expired", job["id"])

    opened = made(await alice.post(f"/jobs/{job['id']}/publish"), 200)
    assert (opened["status"], opened["expires_at"]) == ("open", "2026-11-27T12:00:00Z")
    site.clock.forward(days=2)
    await site.work_off()
    assert await statuses(site, job["id"]) == ["open", "expired", "open", "expired"]
    assert (await told(alice)).count(("job.expired", job["id"])) == 2
    site.clock.forward(days=60)
    await site.work_off()
    assert (await statuses(site, busy))[-1] == "assigned", "whoever hired in time keeps the job"


async def test_more_days_or_fewer_move_the_end(site: Site, alice: Person) -> None:
    job = await posted(alice, open_days=2)
    path = f"/jobs/{job['id']}"
    assert made(await alice.ask("PATCH", path, json={"open_days": 5}), 200)["expires_at"] == "2026-11-28T12:00:00Z"
    site.clock.forward(days=3)
    await site.work_off()
    assert await listed(site) == [job["id"]], "the first end is no longer its end"
    assert_problem(await alice.ask("PATCH", path, json={"open_days": 3}), 422, "open_days_out_of_range")
    site.clock.forward(days=2)
    await site.work_off()
    assert await listed(site, "expired") == [job["id"]]


async def test_a_clients_own_jobs_in_every_status(alice: Person, charlie: Person) -> None:
    ids = [(await posted(alice, draft=bool(n % 2)))["id"] for n in range(5)]
    made(await alice.post(f"/jobs/{ids[0]}/cancel"), 200)
    items = await two_pages(alice, "/me/jobs", 3)
    assert [job["id"] for job in items] == ids[::-1]
    assert [job["status"] for job in items] == ["open", "draft", "open", "draft", "cancelled"]
    assert made(await charlie.get("/me/jobs"), 200) == {"items": [], "next_cursor": None}


async def test_the_categories_are_listed(site: Site) -> None:
    items = made(await site.http.get("/categories"), 200)["items"]
    assert {"id": "waste_removal", "name": "Waste removal"} in items


async def test_an_edit_against_an_application(site: Site) -> None:
    """The application comes first and the price is fixed, or the edit comes first and was there to be read."""
    for _ in range(5):
        alice, bob = await site.people.alice(), await site.people.bob()
        job = await posted(alice)
        edit, offer = await asyncio.gather(
            alice.ask("PATCH", f"/jobs/{job['id']}", json={"budget_minor": 50_000}),
            bob.post(f"/jobs/{job['id']}/applications", {"message": "Me.", "price_minor": 9_000}),
        )
        assert offer.status_code == 201, offer.text
        if edit.status_code == 200:
            assert edit.json()["budget_minor"] == 50_000
        else:
            assert_problem(edit, 409, "job_has_applicants")
            assert made(await alice.get(f"/jobs/{job['id']}"), 200)["budget_minor"] == 10_000


async def test_of_two_edits_for_one_version_one_wins(alice: Person) -> None:
    for _ in range(5):
        path = f"/jobs/{(await posted(alice))['id']}"
        edits = [alice.ask("PATCH", path, json={"title": title, "version": 1}) for title in ("One", "Two")]
        won, lost = sorted(await asyncio.gather(*edits), key=lambda answer: answer.status_code)
        assert_problem(lost, 409, "job_changed")
        assert made(await alice.get(path), 200) == made(won, 200)


async def test_cancelling_against_hiring_has_one_winner(alice: Person, bob: Person) -> None:
    for _ in range(5):
        job = await posted(alice)
        offer = await applied(bob, job["id"])
        cancel, hire = await asyncio.gather(
            alice.post(f"/jobs/{job['id']}/cancel"), alice.post(f"/applications/{offer['id']}/hire")
        )
        assert sorted((cancel.status_code, hire.status_code)) in ([200, 409], [201, 409]), (cancel.text, hire.text)
        status = made(await alice.get(f"/jobs/{job['id']}"), 200)["status"]
        assert status == ("cancelled" if cancel.status_code == 200 else "assigned")


async def test_absurd_values_are_refused(site: Site, alice: Person) -> None:
    job = await posted(alice, **PLACE)
    soon = (START + timedelta(days=3)).date().isoformat()
    absurd: dict[str, list[Any]] = {
        "latitude": [90.001, -91, 1e300, "52", [], True],
        "longitude": [180.001, -181, 1e300, "13"],
        "wanted_from": ["0001-01-01", "9999-12-31", "2026-02-30", "tomorrow", "", 20261201, soon + "T00:00:00"],
        "wanted_until": ["1970-01-01", "2026-11-20", "\x00"],
        "open_days": [0, -1, 181, 2**63, 1.5, "7"],
        "draft": ["yes", 1, None],
        "version": [0, 2**40],
    }
    for name, values in absurd.items():
        for value in values:
            with unchanged(site.database, (name, value)):
                if name != "version":
                    answer = await alice.post("/jobs", {**JOB, **PLACE, name: value})
                    assert answer.status_code in (400, 422), (name, value, answer.text)
                if name != "draft":
                    answer = await alice.ask("PATCH", f"/jobs/{job['id']}", json={"title": "New", name: value})
                    assert answer.status_code in (400, 422), (name, value, answer.text)
    for half in ({"latitude": 1.0}, {"longitude": 1.0}, {"latitude": None, "longitude": 1.0}):
        assert_problem(await alice.post("/jobs", {**JOB, **half}), 422, "coordinates_incomplete")
    assert_problem(await alice.ask("PATCH", f"/jobs/{job['id']}", json={}), 422, "nothing_to_change")
