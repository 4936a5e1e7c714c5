"""A row of a list says what people need to choose: no client has to ask once more for each row."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, update

from domain.bookings import read as bookings
from domain.bookings.states import BookingStatus
from domain.bookings.tables import booking
from domain.marketplace.jobs import read as jobs
from domain.marketplace.jobs.states import JobStatus
from domain.marketplace.ratings.count import count_in
from runtime.database import open_database
from runtime.database.engine import SQLITE_PLANS, sqlite_path
from tests.integration.web.conftest import Site
from tests.people import PASSWORD, Person, applied, hired, made, posted
from tests.plans import plan_of, without_and_with_statistics

_set_booking = update(booking).where(booking.c.id == bindparam("booking_id")).values(status=bindparam("after"))
UNKNOWN = {"reviews": 0, "average": None}


async def items(site: Site, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = made(await site.http.get(path), 200)["items"]
    return found


async def own(person: Person, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = made(await person.get(path), 200)["items"]
    return found


async def test_a_job_carries_its_clients_name_and_how_many_applied(site: Site) -> None:
    alice, bob, carol = await site.people.alice(), await site.people.bob(), await site.people.join("Carol", "worker")
    job = await posted(alice)
    other = await posted(alice)
    assert (job["client_name"], job["applicants"]) == ("Alice", 0)
    draft = await posted(alice, draft=True)
    assert (draft["client_name"], draft["applicants"]) == ("Alice", 0)
    withdrawn = await applied(bob, job["id"])
    await applied(carol, job["id"])
    assert (await bob.post(f"/jobs/{job['id']}/applications", {"message": "", "price_minor": 9_000})).status_code == 409
    made(await bob.post(f"/applications/{withdrawn['id']}/withdraw"), 200)
    made(await alice.ask("PATCH", "/me", json={"name": "Alice B."}), 200)
    expected = {job["id"]: ("Alice B.", 2), other["id"]: ("Alice B.", 0)}
    for path in ("/jobs", "/jobs?q=tap", "/jobs?sort=budget_up"):
        assert {row["id"]: (row["client_name"], row["applicants"]) for row in await items(site, path)} == expected, path
    matching = {row["id"]: (row["client_name"], row["applicants"]) for row in await own(carol, "/me/matching-jobs")}
    assert matching == {other["id"]: ("Alice B.", 0)}
    mine = {row["id"]: (row["client_name"], row["applicants"]) for row in await own(alice, "/me/jobs")}
    assert mine == {**expected, draft["id"]: ("Alice B.", 0)}
    shown = made(await site.http.get(f"/jobs/{job['id']}"), 200)
    assert shown == {**job, "client_name": "Alice B.", "applicants": 2}


async def test_an_application_carries_its_workers_name_rating_and_jobs_done(site: Site) -> None:
    alice, bob, carol = await site.people.alice(), await site.people.bob(), await site.people.join("Carol", "worker")
    for status in (BookingStatus.APPROVED, BookingStatus.APPROVED, BookingStatus.CANCELLED):
        ended = await hired(alice, bob)
        site.database.write(lambda c, e=ended, s=status: c.run(_set_booking, booking_id=e["id"], after=s.value))
    site.database.write(lambda c: [count_in(c, bob.id, stars) for stars in (5, 4, 4)])
    job = await posted(alice)
    by_bob, by_carol = await applied(bob, job["id"]), await applied(carol, job["id"])
    rows = await own(alice, f"/jobs/{job['id']}/applications")
    assert rows == [by_bob, by_carol], "a list shows what the application itself answers"
    assert [(row["worker_name"], row["worker_jobs_done"], row["worker_rating"]) for row in rows] == [
        ("Bob", 2, {"reviews": 3, "average": 4.33}),
        ("Carol", 0, UNKNOWN),
    ]
    assert (await own(bob, "/me/applications"))[0] == by_bob
    assert by_bob["job_title"] == job["title"]
    assert made(await alice.get(f"/applications/{by_bob['id']}"), 200) == by_bob
    shortlisted = made(await alice.post(f"/applications/{by_bob['id']}/shortlist"), 200)
    assert shortlisted == {**by_bob, "status": "shortlisted"}


async def test_a_booking_carries_the_title_of_its_job_and_the_names_of_both_parties(site: Site) -> None:
    alice, bob, carol = await site.people.alice(), await site.people.bob(), await site.people.join("Carol", "worker")
    by_carol, by_bob = await hired(alice, carol), await hired(alice, bob)
    job = made(await alice.get(f"/jobs/{by_bob['job_id']}"), 200)
    made(await alice.ask("PATCH", "/me", json={"name": "Alice B."}), 200)
    beside = {"job_title": job["title"], "client_name": "Alice B."}
    expected = [{**by_bob, **beside, "worker_name": "Bob"}, {**by_carol, **beside, "worker_name": "Carol"}]
    assert await own(alice, "/bookings") == expected
    assert await own(alice, "/bookings?status=awaiting_payment&limit=1") == expected[:1]
    assert await own(bob, "/bookings") == expected[:1]
    assert made(await bob.get(f"/bookings/{by_bob['id']}"), 200) == expected[0], "a list shows what one answers"
    assert made(await alice.get(f"/bookings/{by_bob['id']}"), 200) == expected[0]


async def test_a_booking_names_a_party_that_left_by_its_role(alice: Person, bob: Person) -> None:
    ended = await hired(alice, bob)
    made(await alice.post(f"/bookings/{ended['id']}/cancel"), 200)
    assert (await bob.post("/me/deactivate", {"password": PASSWORD})).status_code == 204
    (row,) = await own(alice, "/bookings")
    assert row["worker_name"] == "Former worker"


async def test_an_invitation_carries_the_title_of_its_job_and_the_name_of_its_client(site: Site) -> None:
    alice, bob = await site.people.alice(), await site.people.bob()
    jobs_of_alice = [await posted(alice), await posted(alice)]
    invited = [
        made(await alice.post(f"/jobs/{job['id']}/invitations", {"worker_id": bob.id}), 201) for job in jobs_of_alice
    ]
    beside = {"job_title": jobs_of_alice[0]["title"], "client_name": "Alice"}
    assert await own(bob, "/me/invitations") == [{**row, **beside} for row in reversed(invited)]


@pytest.mark.parametrize("party", ["client", "worker"])
def test_a_page_of_bookings_is_not_sorted_and_looks_the_rest_up_by_key(sqlite_url: str, party: str) -> None:
    database = open_database(sqlite_url)
    SQLITE_PLANS.by_id.clear()
    of_party = {"client": bookings.of_client, "worker": bookings.of_worker}[party]
    database.read(lambda c: of_party(c, "acc_1", status=None, before=None, most=20))
    (sql,) = [plan.sql for plan in SQLITE_PLANS.by_id.values() if "booking.id DESC" in plan.sql]
    database.close()
    for connection in without_and_with_statistics(sqlite_path(sqlite_url)):
        steps = plan_of(connection, sql)
        assert len(steps) == 4, "one look-up for each table"
        assert [step for step in steps if not step.startswith("SEARCH ") or "BLOOM" in step] == []


def test_a_page_of_jobs_looks_each_client_up_by_its_key(sqlite_url: str) -> None:
    """The listing's index comes first whatever the statistics say, or a page would be sorted."""
    database = open_database(sqlite_url)
    SQLITE_PLANS.by_id.clear()
    database.read(lambda c: jobs.page(c, status=JobStatus.OPEN.value, after=None, most=20))
    (sql,) = [plan.sql for plan in SQLITE_PLANS.by_id.values() if "place DESC" in plan.sql]
    database.close()
    for connection in without_and_with_statistics(sqlite_path(sqlite_url)):
        assert plan_of(connection, sql) == [
            "SEARCH job USING INDEX ix_job_listed (status=? AND place<?)",
            "SEARCH account USING PRIMARY KEY (id=?)",
        ]
