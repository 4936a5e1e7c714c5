"""From an application to a hire: kept in mind, bargained over, quoted; and workers who were asked to apply."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from domain.bookings.quote import Fees
from domain.database import Connection
from domain.notifications.work import Deliver
from domain.oversight.ledger_checks.invariants import breaches
from domain.platform.outbox.read import tasks
from tests.contents import unchanged
from tests.integration.web.conftest import Site, two_pages
from tests.people import Body, Person, applied, made, posted
from tests.problems import assert_problem, assert_refused

START, END = "2026-12-01T09:00:00Z", "2026-12-01T12:00:00Z"


@pytest.fixture
async def charlie(site: Site) -> Person:
    """A stranger, who is a worker like bob."""
    return await site.people.charlie("worker")


async def offered(person: Person, application_id: str, price: int, **more: Any) -> dict[str, Any]:
    return made(await person.post(f"/applications/{application_id}/offers", {"price_minor": price, **more}))


async def test_an_application_is_seen_by_the_two_alone(alice: Person, bob: Person, charlie: Person) -> None:
    offer = await applied(bob, (await posted(alice))["id"], starts_at=START, ends_at=END)
    assert (offer["starts_at"], offer["ends_at"]) == (START, END)
    for party in (alice, bob):
        assert made(await party.get(f"/applications/{offer['id']}"), 200) == offer
    assert made(await bob.get("/me/applications"), 200)["items"] == [offer]
    assert made(await charlie.get("/me/applications"), 200)["items"] == []


async def test_times_are_given_back_in_utc(alice: Person, bob: Person) -> None:
    offer = await applied(bob, (await posted(alice))["id"], starts_at="2026-12-01T10:00:00+01:00")
    assert (offer["starts_at"], offer["ends_at"]) == (START, None)
    assert made(await bob.get(f"/applications/{offer['id']}"), 200) == offer


async def test_my_applications_come_newest_first_a_page_at_a_time(alice: Person, bob: Person) -> None:
    made_ids = [(await applied(bob, (await posted(alice))["id"]))["id"] for _ in range(3)]
    assert [a["id"] for a in await two_pages(bob, "/me/applications", 2)] == made_ids[::-1]


async def test_shortlisted_declined_and_withdrawn(site: Site, alice: Person, bob: Person, charlie: Person) -> None:
    job = await posted(alice)
    his, hers = await applied(bob, job["id"]), await applied(charlie, job["id"])
    assert made(await alice.post(f"/applications/{his['id']}/shortlist"), 200)["status"] == "shortlisted"
    assert_problem(await alice.post(f"/applications/{his['id']}/shortlist"), 409, "application_status")
    assert made(await alice.post(f"/applications/{hers['id']}/decline"), 200)["status"] == "declined"
    assert made(await bob.post(f"/applications/{his['id']}/withdraw"), 200)["status"] == "withdrawn"
    assert_problem(await alice.post(f"/applications/{his['id']}/hire"), 409, "application_status")
    again = {"message": "", "price_minor": 9_000}
    assert_problem(await bob.post(f"/jobs/{job['id']}/applications", again), 409, "already_applied")
    assert site.database.read(told) == {
        alice.id: ["application.received", "application.received", "application.withdrawn"],
        bob.id: ["application.shortlisted"],
        charlie.id: ["application.declined"],
    }


def told(connection: Connection) -> dict[str, list[str]]:
    """What each will hear of their applications: the tasks of it, which nobody works off here."""
    kinds: dict[str, list[str]] = {}
    for row in tasks(connection, status=None, task="notifications.deliver", before=None, most=100):
        work = msgspec.json.decode(row.args, type=Deliver)
        if work.kind.startswith("application."):
            kinds[work.account_id] = sorted([*kinds.get(work.account_id, []), work.kind])
    return kinds


async def test_they_bargain_until_both_agree(alice: Person, bob: Person) -> None:
    application = await applied(bob, (await posted(alice))["id"], starts_at=START)
    path = f"/applications/{application['id']}"
    low = await offered(alice, application["id"], 7_000, note="Too much.")
    assert (low["author_id"], low["status"], low["starts_at"]) == (alice.id, "open", START)
    assert_problem(await alice.post(f"{path}/offers/{low['id']}/accept"), 403, "own_offer")
    assert_problem(await alice.post(f"{path}/hire"), 409, "offer_unanswered")
    assert_problem(await alice.get(f"{path}/quote"), 409, "offer_unanswered")
    middle = await offered(
        bob, application["id"], 8_000, starts_at="2026-12-02T09:00:00Z", ends_at="2026-12-02T11:00:00Z"
    )
    assert_problem(await bob.post(f"{path}/offers/{low['id']}/accept"), 409, "offer_status")
    quoted = made(await alice.get(f"{path}/quote"), 200)
    assert (quoted["price_minor"], quoted["worker_share_minor"]) == (8_000, 7_200)
    agreed = made(await alice.post(f"{path}/offers/{middle['id']}/accept"), 200)
    assert (agreed["price_minor"], agreed["starts_at"]) == (8_000, "2026-12-02T09:00:00Z")
    assert_problem(await bob.post(f"{path}/offers", {"price_minor": 9_000}), 409, "terms_agreed")
    assert_problem(await alice.post(f"{path}/offers/{middle['id']}/accept"), 409, "offer_status")
    listed = made(await bob.get(f"{path}/offers"), 200)["items"]
    assert [(o["id"], o["status"]) for o in listed] == [(low["id"], "superseded"), (middle["id"], "accepted")]
    booking = made(await alice.post(f"{path}/hire"))
    assert (booking["price_minor"], booking["starts_at"]) == (8_000, "2026-12-02T09:00:00Z")
    assert booking["ends_at"] == "2026-12-02T11:00:00Z"


async def test_hiring_accepts_the_offer_of_the_worker(alice: Person, bob: Person, charlie: Person, job: Body) -> None:
    application, other = await applied(bob, job["id"]), await applied(charlie, job["id"])
    await offered(charlie, other["id"], 5_000)
    offer = await offered(bob, application["id"], 9_500)
    booking = made(await alice.post(f"/applications/{application['id']}/hire"))
    assert booking["price_minor"] == 9_500
    assert made(await bob.get(f"/applications/{application['id']}/offers"), 200)["items"][0]["status"] == "accepted"
    assert made(await charlie.get(f"/applications/{other['id']}/offers"), 200)["items"][0]["status"] == "superseded"
    assert made(await charlie.get(f"/applications/{other['id']}"), 200)["status"] == "declined"
    for late in (f"offers/{offer['id']}/accept", "withdraw"):
        assert (await bob.post(f"/applications/{application['id']}/{late}")).status_code in (403, 409)


async def test_the_booking_stores_what_the_quote_says(site: Site) -> None:
    object.__setattr__(
        site.services,
        "settings",
        msgspec.structs.replace(site.services.settings, client_fee_bp=500, worker_fee_bp=1_000, tax_bp=1_900),
    )
    assert site.services.fees == Fees(500, 1_000, 1_900)
    alice, bob = await site.people.alice(), await site.people.bob()
    application = await applied(bob, (await posted(alice))["id"], price_minor=12_345, starts_at=START)
    path = f"/applications/{application['id']}"
    quoted = made(await alice.get(f"{path}/quote"), 200)
    assert {key: quoted[key] for key in quoted if key.endswith("_minor")} == {
        "price_minor": 12_345,
        "client_fee_minor": 617,
        "tax_minor": 117,
        "total_minor": 13_079,
        "worker_fee_minor": 1_234,
        "worker_share_minor": 11_111,
    }
    with unchanged(site.database):
        assert_problem(await alice.post(f"{path}/hire", params={"total_minor": 13_078}), 409, "quote_changed")
    booking = made(await alice.post(f"{path}/hire", params={"total_minor": 13_079}))
    assert {key: booking[key] for key in quoted if key in booking} == {
        key: quoted[key] for key in quoted if key in booking
    }
    assert booking["expires_at"] == "2026-11-24T12:00:00Z"
    payment = made(await alice.pay(booking["id"]), 202)
    assert payment["amount_minor"] == 13_079
    assert site.database.read(breaches) == []


async def test_a_start_that_has_passed_is_left_out_of_the_hire(site: Site, alice: Person, bob: Person) -> None:
    application = await applied(bob, (await posted(alice))["id"], starts_at="2026-11-23T12:10:00Z")
    site.clock.forward(minutes=11)
    booking = made(await alice.post(f"/applications/{application['id']}/hire"))
    assert (booking["starts_at"], booking["ends_at"]) == (None, None)


async def test_a_worker_is_asked_once(site: Site, alice: Person, bob: Person, charlie: Person, job: Body) -> None:
    path = f"/jobs/{job['id']}/invitations"
    invitation = made(await alice.post(path, {"worker_id": bob.id}))
    assert (invitation["job_id"], invitation["worker_id"]) == (job["id"], bob.id)
    with unchanged(site.database):
        assert_problem(await alice.post(path, {"worker_id": bob.id}), 409, "already_invited")
        for nobody in (alice.id, "acc_" + "0" * 25, "nonsense", ""):
            assert_problem(await alice.post(path, {"worker_id": nobody}), 404, "not_found", nobody)
    (listed,) = made(await bob.get("/me/invitations"), 200)["items"]
    assert invitation.items() <= listed.items()
    assert made(await charlie.get("/me/invitations"), 200)["items"] == []
    await applied(charlie, job["id"])
    assert_problem(await alice.post(path, {"worker_id": charlie.id}), 409, "already_applied")
    made(await alice.post(f"/applications/{(await applied(bob, job['id']))['id']}/hire"))
    dora = await site.people.charlie("worker")
    assert_problem(await alice.post(path, {"worker_id": dora.id}), 409, "job_not_open")


async def test_who_applies_for_what_a_job_no_longer_is_is_told_so(site: Site, alice: Person, bob: Person) -> None:
    job = await posted(alice)
    path = f"/jobs/{job['id']}"
    made(await alice.ask("PATCH", path, json={"title": "Fix two taps"}), 200)
    body = {"message": "Me.", "price_minor": 9_000, "job_version": 1}
    await assert_refused(site.database, bob.post(f"{path}/applications", body), 409, "job_changed")
    made(await bob.post(f"{path}/applications", {**body, "job_version": 2}))
