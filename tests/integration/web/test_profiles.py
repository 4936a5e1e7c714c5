"""What people say of themselves, and how they leave or are shut out."""

from __future__ import annotations

import asyncio
import json

import pytest
from sqlalchemy import bindparam, update

from domain.bookings.states import BookingStatus
from domain.bookings.tables import booking
from domain.history.read import changes
from domain.identity.accounts.states import TRANSITIONS, AccountStatus
from domain.identity.accounts.tables import account
from runtime.ids import new_id
from tests.contents import unchanged
from tests.integration.web.conftest import Site
from tests.people import JOB, PASSWORD, Person, applied, hired, made, posted
from tests.problems import assert_problem, assert_refused

_set_booking = update(booking).where(booking.c.id == bindparam("booking_id")).values(status=bindparam("after"))
_set_status = update(account).where(account.c.id == bindparam("account_id")).values(status=bindparam("after"))

BOB = {
    "name": "Bob Ünïcode 👩‍🔧",
    "phone": "+4930123456",
    "city": "Berlin",
    "time_zone": "Europe/Berlin",
    "language": "de-CH",
    "bio": "<b>Taps</b> since 1998.\n水道修理",
    "skills": ["plumbing", "heating"],
    "rate_minor": 4_500,
    "currency": "eur",
    "latitude": 52.5200066,
    "longitude": 13.404954,
}


async def patch(person: Person, body: object) -> dict[str, object]:
    return made(await person.ask("PATCH", "/me", json=body), 200)


async def test_a_profile_is_kept_as_it_was_written_and_shown_without_what_is_private(site: Site, bob: Person) -> None:
    empty = made(await bob.get("/me"), 200)
    assert {name: empty[name] for name in BOB if name not in ("name", "skills")} == dict.fromkeys(
        set(BOB) - {"name", "skills"}
    )
    assert (empty["skills"], empty["email"], empty["role"]) == ([], bob.email, "worker")
    kept = await patch(bob, BOB)
    assert {name: kept[name] for name in BOB} == {**BOB, "latitude": 52.52, "longitude": 13.405}
    assert made(await bob.get("/me"), 200) == kept
    shown = made(await site.http.get(f"/workers/{bob.id}"), 200)
    assert shown == {
        "id": bob.id,
        "created_at": kept["created_at"],
        "jobs_done": 0,
        "rating": {"reviews": 0, "average": None},
        **{n: BOB[n] for n in ("name", "city", "language", "bio", "skills", "rate_minor", "currency")},
    }


async def test_only_what_is_named_changes_and_null_takes_it_away(bob: Person) -> None:
    await patch(bob, BOB)
    after = await patch(bob, {"bio": None, "rate_minor": None, "currency": None, "skills": []})
    assert (after["bio"], after["rate_minor"], after["currency"], after["skills"]) == (None, None, None, [])
    assert (after["phone"], after["city"], after["name"]) == (BOB["phone"], BOB["city"], BOB["name"])
    assert_problem(await bob.ask("PATCH", "/me", json={}), 422, "nothing_to_change")


async def test_changes_of_different_fields_at_once_all_stay(bob: Person) -> None:
    fields = {n: BOB[n] for n in ("phone", "city", "time_zone", "language", "bio", "name", "skills")}
    await asyncio.gather(*(patch(bob, {name: value}) for name, value in fields.items()))
    after = made(await bob.get("/me"), 200)
    assert {name: after[name] for name in fields} == fields


async def test_every_field_of_a_profile_is_checked(site: Site, alice: Person, bob: Person) -> None:
    bad = {
        "name": ["", None, "x" * 101, "Bob\r\nBcc: eve@example.com", "Bob\u2028", "Bob\u202e", 5],
        "phone": ["", "030 123456", "+0123456", "+12", "+1" + "2" * 20, "+4930123456\n", 5],
        "city": ["", "x" * 101, "a\x00", []],
        "time_zone": ["", "Mars/Olympus", "x" * 65, "../../etc/passwd"],
        "language": ["", "german", "DE", "de_CH", "de-CH\n"],
        "bio": ["x" * 2_001, "\x00", 5],
        "skills": [["juggling"], ["plumbing"] * 21, "plumbing", [None], ["x" * 41], None],
        "rate_minor": [0, -1, "5", 10**400, 4.5, 4_500],  # the last: without a currency
        "currency": ["xxx", "EUR", "eur"],
        "latitude": [91, -91, "x", 1e400, 52.5],
        "longitude": [181, 13.4],
        "email": ["eve@example.com"],
        "role": ["admin"],
        "id": [new_id("acc")],
    }
    for field, values in bad.items():
        for value in values:
            with unchanged(site.database, (field, value)):
                content = json.dumps({field: value}).replace("Infinity", "1e400")
                answer = await bob.ask("PATCH", "/me", content=content)
            assert answer.status_code in (400, 422), (field, value, answer.text)
            assert_problem(answer, answer.status_code, answer.json()["code"], (field, value))
    for field in ("skills", "rate_minor", "latitude"):
        with unchanged(site.database, field):
            assert_problem(await alice.ask("PATCH", "/me", json={field: BOB[field]}), 422, "workers_only", field)
    assert (await patch(alice, {"city": "Ghent", "skills": []}))["city"] == "Ghent"


async def test_who_leaves_is_gone_and_their_jobs_are_cancelled(site: Site, alice: Person, bob: Person) -> None:
    job, draft = await posted(alice), await posted(alice, draft=True)
    await applied(bob, job["id"])
    with unchanged(site.database):
        refused = await alice.post("/me/deactivate", {"password": "not my password"})
        assert_problem(refused, 403, "password_wrong")
    assert (await alice.post("/me/deactivate", {"password": PASSWORD})).status_code == 204
    assert_problem(await alice.get("/me"), 401, "session_ended")
    login = await site.http.post("/auth/login", json={"email": alice.email, "password": PASSWORD})
    assert_problem(login, 401, "authentication_failed")
    shown = made(await site.http.get(f"/jobs/{job['id']}"), 200)
    assert (shown["status"], shown["client_name"]) == ("cancelled", "Former client")
    (listed,) = made(await site.http.get("/jobs?status=cancelled"), 200)["items"]
    assert (listed["id"], listed["client_name"]) == (job["id"], "Former client")
    assert_problem(await site.http.get(f"/jobs/{draft['id']}"), 404, "not_found")
    await site.http.post("/auth/password/forgot", json={"email": alice.email})
    story = site.database.read(lambda c: changes(c, alice.id))
    assert [(s.to_status, s.actor) for s in story] == [("active", "anonymous"), ("deactivated", alice.id)]


async def test_a_worker_who_leaves_takes_the_applications_along(alice: Person, bob: Person) -> None:
    offer = await applied(bob, (await posted(alice))["id"])
    made(await bob.post(f"/applications/{offer['id']}/messages", {"text": "Good day"}))
    assert (await bob.post("/me/deactivate", {"password": PASSWORD})).status_code == 204
    shown = made(await alice.get(f"/applications/{offer['id']}"), 200)
    assert (shown["status"], shown["worker_name"]) == ("withdrawn", "Former worker")
    (listed,) = made(await alice.get(f"/jobs/{offer['job_id']}/applications"), 200)["items"]
    assert listed["worker_name"] == "Former worker"
    (thread,) = made(await alice.get("/me/threads"), 200)["items"]
    assert thread["other_name"] == "Former worker"
    assert (await alice.post(f"/applications/{offer['id']}/hire")).status_code == 409


async def test_who_is_suspended_is_not_hired(site: Site, alice: Person, bob: Person, ada: Person) -> None:
    offer = await applied(bob, (await posted(alice))["id"])
    made(await ada.post(f"/admin/accounts/{bob.id}/suspend"), 200)
    await assert_refused(site.database, alice.post(f"/applications/{offer['id']}/hire"), 409, "worker_unavailable")
    made(await ada.post(f"/admin/accounts/{bob.id}/reinstate"), 200)
    made(await alice.post(f"/applications/{offer['id']}/hire"))


async def test_of_a_hire_and_a_farewell_at_once_one_wins(site: Site, alice: Person) -> None:
    for _ in range(4):
        bob = await site.people.bob()
        offer = await applied(bob, (await posted(alice))["id"])
        hire, leave = await asyncio.gather(
            alice.post(f"/applications/{offer['id']}/hire"), bob.post("/me/deactivate", {"password": PASSWORD})
        )
        assert (hire.status_code, leave.status_code) in ((201, 409), (409, 204)), (hire.text, leave.text)


@pytest.mark.parametrize("status", list(BookingStatus))
async def test_nobody_leaves_while_a_booking_is_open(sqlite_site: Site, status: BookingStatus) -> None:
    site = sqlite_site
    alice, bob = await site.people.alice(), await site.people.bob()
    made_booking = await hired(alice, bob)
    site.database.write(lambda c: c.run(_set_booking, booking_id=made_booking["id"], after=status.value))
    over = status in (BookingStatus.APPROVED, BookingStatus.CANCELLED, BookingStatus.EXPIRED)
    for person in (bob, alice):
        answer = await person.post("/me/deactivate", {"password": PASSWORD})
        if over:
            assert answer.status_code == 204
        else:
            assert_problem(answer, 409, "bookings_open")
            assert (await person.get("/me")).status_code == 200


async def test_an_admin_suspends_at_once_and_reinstates_and_it_is_on_record(site: Site) -> None:
    alice, ada = await site.people.alice(), await site.admin()
    shown = made(await ada.post(f"/admin/accounts/{alice.id}/suspend"), 200)
    assert (shown["status"], shown["email"]) == ("suspended", alice.email)
    with unchanged(site.database):
        assert_problem(await alice.get("/me"), 403, "account_suspended")
        assert_problem(await alice.post("/jobs", JOB), 403, "account_suspended")
        assert_problem(await ada.post(f"/admin/accounts/{alice.id}/suspend"), 409, "account_status")
        assert_problem(await ada.post(f"/admin/accounts/{ada.id}/suspend"), 403, "own_account")
    assert made(await ada.post(f"/admin/accounts/{alice.id}/reinstate"), 200)["status"] == "active"
    assert (await alice.get("/me")).status_code == 200
    story = site.database.read(lambda c: changes(c, alice.id))
    assert [(s.to_status, s.actor) for s in story][1:] == [("suspended", ada.id), ("active", ada.id)]


async def test_every_act_in_every_status_of_an_account(site: Site, ada: Person, alice: Person) -> None:
    """What the table does not allow changes nothing."""
    acts = {"suspend": AccountStatus.SUSPENDED, "reinstate": AccountStatus.ACTIVE}
    for status in AccountStatus:
        for act, target in acts.items():
            site.database.write(lambda c, s=status: c.run(_set_status, account_id=alice.id, after=s.value))
            answer = await ada.post(f"/admin/accounts/{alice.id}/{act}")
            if target in TRANSITIONS[status]:
                assert made(answer, 200)["status"] == target
            else:
                assert_problem(answer, 409, "account_status", (status, act))


async def test_of_two_suspensions_at_once_one_wins(site: Site) -> None:
    alice, admins = await site.people.alice(), [await site.admin() for _ in range(3)]
    answers = await asyncio.gather(*(ada.post(f"/admin/accounts/{alice.id}/suspend") for ada in admins))
    assert sorted(a.status_code for a in answers) == [200, 409, 409]
