"""The main job over HTTP, up to the payment that is accepted."""

from __future__ import annotations

from domain.history.read import changes
from tests.integration.web.conftest import Site
from tests.people import JOB, Body, Person, applied, made
from tests.story import task_of


async def test_from_registration_to_an_accepted_payment(site: Site, alice: Person, bob: Person, job: Body) -> None:
    assert {key: job[key] for key in JOB} == JOB
    assert (job["client_id"], job["status"]) == (alice.id, "open")
    offer = await applied(bob, job["id"])
    assert (offer["worker_id"], offer["status"]) == (bob.id, "submitted")

    booking = made(await alice.post(f"/applications/{offer['id']}/hire"))
    assert booking["status"] == "awaiting_payment"
    assert (booking["price_minor"], booking["client_fee_minor"], booking["worker_fee_minor"]) == (9_000, 0, 900)
    assert (booking["total_minor"], booking["currency"]) == (9_000, "usd")

    answer = await alice.pay(booking["id"])
    payment = made(answer, 202)
    assert answer.headers["location"] == f"/payments/{payment['id']}"
    assert (payment["status"], payment["amount_minor"], payment["currency"]) == ("accepted", 9_000, "usd")
    assert made(await alice.get(answer.headers["location"]), 200) == payment
    history = site.database.read(lambda c: changes(c, payment["id"]))
    assert [(h.from_status, h.to_status, h.actor) for h in history] == [(None, "accepted", alice.id)]
    task = task_of(site.database, "payments.submit")
    assert (task.status, payment["id"] in task.args) == ("pending", True)


async def test_both_see_what_is_theirs(site: Site, alice: Person, bob: Person, booking: Body) -> None:
    for party in (alice, bob):
        assert made(await party.get(f"/bookings/{booking['id']}"), 200).items() >= booking.items()
    (listed,) = made(await alice.get(f"/jobs/{booking['job_id']}/applications"), 200)["items"]
    assert listed["status"] == "hired"
    assert (await site.http.get(f"/jobs/{booking['job_id']}")).json()["status"] == "assigned"


async def test_a_payment_repeated_with_its_key_is_the_same_payment(alice: Person, booking: Body) -> None:
    first = await alice.pay(booking["id"])
    again = await alice.pay(booking["id"])
    assert made(again, 202) == made(first, 202)
    assert again.headers["location"] == first.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
