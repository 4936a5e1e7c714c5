"""The way of a booking over HTTP: done, changed, approved; put off; called off; and what the two see of it."""

from __future__ import annotations

from typing import Any

from tests.integration.web.conftest import Site
from tests.people import Person, applied, hired, made, posted
from tests.problems import assert_problem

START = "2026-11-25T09:00:00Z"


async def funded(site: Site, alice: Person, bob: Person, **dates: str) -> str:
    """The id of a booking that alice has paid."""
    application = await applied(bob, (await posted(alice))["id"], **dates)
    booking = made(await alice.post(f"/applications/{application['id']}/hire"))
    site.capture(made(await alice.pay(booking["id"], key=booking["id"]), 202))
    identifier: str = booking["id"]
    return identifier


async def step(person: Person, booking_id: str, verb: str, body: Any = None) -> dict[str, Any]:
    return made(await person.post(f"/bookings/{booking_id}/{verb}", body), 200)


async def test_done_changed_done_again_and_approved(site: Site, alice: Person, bob: Person) -> None:
    booking_id = await funded(site, alice, bob)
    assert (await step(bob, booking_id, "start"))["status"] == "in_progress"
    done = await step(bob, booking_id, "complete", {"note": "Washer replaced."})
    assert (done["status"], done["rounds"]) == ("completed", 1)
    assert (done["completed_at"], done["approves_at"]) == ("2026-11-23T12:00:00Z", "2026-11-26T12:00:00Z")
    again = await step(alice, booking_id, "request-changes", {"note": "It still drips."})
    assert (again["status"], again["completed_at"], again["approves_at"]) == ("in_progress", None, None)
    assert (await step(bob, booking_id, "complete", {}))["rounds"] == 2
    approved = await step(alice, booking_id, "approve")
    assert approved["status"] == "approved"
    assert (await site.http.get(f"/jobs/{approved['job_id']}")).json()["status"] == "closed"
    lines = made(await bob.get(f"/bookings/{booking_id}/timeline"), 200)["items"]
    assert [(e["about"], e["to_status"], e["by"], e["note"]) for e in lines] == [
        ("booking", "awaiting_payment", "client", None),
        ("payment", "accepted", "client", None),
        ("payment", "captured", "system", None),
        ("booking", "funded", "system", None),
        ("booking", "in_progress", "worker", None),
        ("booking", "completed", "worker", "Washer replaced."),
        ("booking", "in_progress", "client", "It still drips."),
        ("booking", "completed", "worker", None),
        ("booking", "approved", "client", None),
        ("payout", "on_hold", "client", None),
    ]
    assert made(await alice.get(f"/bookings/{booking_id}/timeline"), 200)["items"] == lines
    first = made(await alice.get(f"/bookings/{booking_id}/timeline", params={"limit": 4}), 200)
    query = {"limit": 100, "cursor": first["next_cursor"]}
    rest = made(await alice.get(f"/bookings/{booking_id}/timeline", params=query), 200)
    assert first["items"] + rest["items"] == lines


async def test_the_list_is_of_the_two_newest_first_and_of_a_status(site: Site, alice: Person, bob: Person) -> None:
    old = (await hired(alice, bob))["id"]
    new = await funded(site, alice, bob)
    for party in (alice, bob):
        for query, wanted in (
            ({}, [new, old]),
            ({"status": "funded"}, [new]),
            ({"status": "expired"}, []),
            ({"limit": "1"}, [new]),
            ({"cursor": new}, [old]),
        ):
            found = made(await party.get("/bookings", params=query), 200)["items"]
            assert [b["id"] for b in found] == wanted, (party.role, query)
    for stranger in (await site.people.charlie(), await site.people.charlie("worker")):
        assert made(await stranger.get("/bookings"), 200)["items"] == []


async def test_a_booking_is_cancelled_by_either_before_it_is_paid(site: Site, alice: Person, bob: Person) -> None:
    for person in (alice, bob):
        booking = await hired(alice, bob)
        payment = made(await alice.pay(booking["id"], key=booking["id"]), 202)
        cancelled = await step(person, booking["id"], "cancel", {"note": "Never mind."})
        assert cancelled["status"] == "cancelled"
        assert made(await alice.get(f"/payments/{payment['id']}"), 200)["status"] == "cancelled"
        assert (await site.http.get(f"/jobs/{booking['job_id']}")).json()["status"] == "open"
        assert made(await bob.get(f"/applications/{booking['application_id']}"), 200)["status"] == "ended"
        assert_problem(await alice.pay(booking["id"], key=f"{booking['id']}2"), 409, "booking_not_payable")
        last = made(await alice.get(f"/bookings/{booking['id']}/timeline"), 200)["items"]
        (entry,) = [e for e in last if e["to_status"] == "cancelled" and e["about"] == "booking"]
        assert (entry["by"], entry["reason"], entry["note"]) == (person.role, "cancelled", "Never mind.")


async def test_when_a_hire_ended_somebody_else_can_be_hired(site: Site, alice: Person, bob: Person) -> None:
    charlie, dora = await site.people.charlie("worker"), await site.people.charlie("worker")
    job = await posted(alice)
    his, declined = await applied(bob, job["id"]), await applied(charlie, job["id"])
    booking = made(await alice.post(f"/applications/{his['id']}/hire"))
    await step(bob, booking["id"], "cancel", {})
    for gone in (his, declined):
        assert_problem(await alice.post(f"/applications/{gone['id']}/hire"), 409, "application_status")
    made(await alice.post(f"/applications/{(await applied(dora, job['id']))['id']}/hire"))


async def test_put_off_by_agreement(site: Site, alice: Person, bob: Person) -> None:
    booking_id = await funded(site, alice, bob, starts_at=START)
    path = f"/bookings/{booking_id}/reschedule"
    first = made(await bob.post(path, {"starts_at": "2026-11-26T09:00:00Z", "note": "I am ill."}))
    assert_problem(await bob.post(f"{path}/accept", {"reschedule_id": first["id"]}), 403, "own_proposal")
    second = made(await alice.post(path, {"starts_at": "2026-11-27T09:00:00Z", "ends_at": "2026-11-27T10:00:00Z"}))
    for answer in ("accept", "refuse"):
        assert_problem(await alice.post(f"{path}/{answer}", {"reschedule_id": first["id"]}), 409, "reschedule_status")
    booking = made(await bob.post(f"{path}/accept", {"reschedule_id": second["id"]}), 200)
    assert (booking["starts_at"], booking["ends_at"]) == ("2026-11-27T09:00:00Z", "2026-11-27T10:00:00Z")
    third = made(await bob.post(path, {"starts_at": "2026-11-28T09:00:00Z"}))
    assert made(await alice.post(f"{path}/refuse", {"reschedule_id": third["id"]}), 200) == booking
    listed = made(await alice.get(path), 200)["items"]
    assert [(r["id"], r["status"]) for r in listed] == [
        (third["id"], "refused"),
        (second["id"], "accepted"),
        (first["id"], "superseded"),
    ]
    fourth = made(await bob.post(path, {"starts_at": "2026-11-28T09:00:00Z"}))
    site.clock.forward(days=6)
    alice, bob = await site.people.again(alice), await site.people.again(bob)
    assert_problem(await alice.post(f"{path}/accept", {"reschedule_id": fourth["id"]}), 409, "start_passed")
    await step(bob, booking_id, "start")
    late = {"starts_at": "2026-12-24T09:00:00Z"}
    assert_problem(await bob.post(path, late), 409, "booking_status")


async def test_who_did_not_come(site: Site, alice: Person, bob: Person) -> None:
    for person in (alice, bob):
        site.clock.now = site.clock.now.replace(year=2026, month=11, day=23, hour=12, minute=0)
        mine = await site.people.again(person)
        booking_id = await funded(site, await site.people.again(alice), await site.people.again(bob), starts_at=START)
        await refused(mine, booking_id, "too_early")
        site.clock.forward(days=1, hours=21, minutes=59)
        mine = await site.people.again(person)
        await refused(mine, booking_id, "too_early")
        site.clock.forward(minutes=1)
        assert (await step(mine, booking_id, "no-show", {}))["status"] == "cancelled"
        (entry,) = [e for e in made(await mine.get(f"/bookings/{booking_id}/timeline"), 200)["items"] if e["reason"]]
        assert (entry["by"], entry["reason"], entry["note"]) == (person.role, "no_show", "")
        await refused(mine, booking_id, "booking_status")


async def refused(person: Person, booking_id: str, code: str) -> None:
    assert_problem(await person.post(f"/bookings/{booking_id}/no-show", {}), 409, code)


async def test_nobody_need_come_before_it_is_paid_or_agreed(site: Site, alice: Person, bob: Person) -> None:
    await refused(alice, await funded(site, alice, bob), "no_agreed_start")
    application = await applied(bob, (await posted(alice))["id"], starts_at="2026-11-23T13:00:00Z")
    booking = made(await alice.post(f"/applications/{application['id']}/hire"))
    await refused(alice, booking["id"], "booking_status")
    site.clock.forward(hours=10)
    alice, bob = await site.people.again(alice), await site.people.again(bob)
    site.capture(made(await alice.pay(booking["id"]), 202))
    await refused(alice, booking["id"], "too_early")
