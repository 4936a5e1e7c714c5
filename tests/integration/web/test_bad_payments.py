"""Paying, hiring and applying where one may not: refused with a stable code, and nothing changes."""

from __future__ import annotations

from domain.cause import SYSTEM
from domain.payments.ports import Declined
from domain.payments.record_outcome import record_outcome
from tests.contents import unchanged
from tests.integration.web.conftest import Site
from tests.people import OFFER, Body, Person, applied, hired, made, posted
from tests.problems import assert_problem, assert_refused

DECLINED = Declined(provider_id="pi_1", code="card_declined", message="No.")


async def test_a_booking_that_is_not_there_or_not_yours_cannot_be_paid(site: Site) -> None:
    alice, bob, charlie = await site.people.alice(), await site.people.bob(), await site.people.charlie()
    booking = await hired(alice, bob)
    for person, booking_id in (
        (charlie, booking["id"]),
        (alice, "bkg_" + "0" * 25),
        (alice, "bkg_\x00"),
        (alice, ""),
        (alice, "x" * 40),
        (alice, "x" * 41),
        (alice, booking["job_id"]),
    ):
        await assert_refused(site.database, person.pay(booking_id), 404, "not_found", booking_id)


async def test_the_key_is_required_and_has_its_limits(site: Site, alice: Person, booking: Body) -> None:
    body = {"booking_id": booking["id"]}
    with unchanged(site.database):
        assert_problem(await alice.post("/payments", body), 400, "idempotency_key_required")
        for key, code in ((b"", "required"), (b"k" * 256, "invalid"), (b"a\tb", "invalid"), (b"a\xa0b", "invalid")):
            answer = await alice.post("/payments", body, headers=[(b"Idempotency-Key", key)])
            assert_problem(answer, 400, f"idempotency_key_{code}", key)
    for key in (b"k" * 255, "clé".encode(), b"'; DROP TABLE payment; --"):
        answer = await alice.post("/payments", body, headers=[(b"Idempotency-Key", key)])
        again = await alice.post("/payments", body, headers=[(b"Idempotency-Key", key)])
        assert (answer.status_code, again.json()) in ((202, answer.json()), (409, again.json())), key


async def test_a_key_with_another_body_is_refused(site: Site, alice: Person, bob: Person) -> None:
    first, second = await hired(alice, bob), await hired(alice, bob)
    made(await alice.pay(first["id"]), 202)
    with unchanged(site.database):
        problem = assert_problem(await alice.pay(second["id"]), 422, "idempotency_key_reused")
        assert problem["errors"][0]["field"] == "Idempotency-Key"
        assert_problem(await alice.pay(first["id"], method="pm_card_mastercard"), 422, "idempotency_key_reused")


async def test_a_key_is_its_owners_alone(alice: Person, bob: Person, charlie: Person) -> None:
    mine = made(await alice.pay((await hired(alice, bob))["id"], key="same"), 202)
    theirs = made(await charlie.pay((await hired(charlie, bob))["id"], key="same"), 202)
    assert mine["id"] != theirs["id"]


async def test_a_key_whose_payment_was_refused_is_free_again(alice: Person, bob: Person) -> None:
    first, second = await hired(alice, bob), await hired(alice, bob)
    made(await alice.pay(first["id"], key="k1"), 202)
    assert_problem(await alice.pay(first["id"], key="k2"), 409, "payment_open")
    made(await alice.pay(second["id"], key="k2"), 202)


async def test_two_keys_of_one_request_count_as_one_wrong_key(site: Site, alice: Person, booking: Body) -> None:
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    with unchanged(site.database):
        answer = await alice.post("/payments", {"booking_id": booking["id"]}, headers=headers)
    assert_problem(answer, 400, "idempotency_key_invalid")


async def test_a_booking_is_paid_once(site: Site, alice: Person, booking: Body) -> None:
    payment = made(await alice.pay(booking["id"], key="k1"), 202)
    with unchanged(site.database, "while it is under way"):
        assert_problem(await alice.pay(booking["id"], key="k2"), 409, "payment_open")
    site.capture(payment)
    with unchanged(site.database, "once it is paid"):
        assert_problem(await alice.pay(booking["id"], key="k3"), 409, "booking_not_payable")
    replay = await alice.pay(booking["id"], key="k1")
    assert made(replay, 202)["status"] == "captured"


async def test_after_a_decline_another_card_may_be_tried(site: Site, alice: Person, booking: Body) -> None:
    payment = made(await alice.pay(booking["id"], key="k1"), 202)
    cause = site.services.cause(SYSTEM, "cor_test_0001")
    site.database.write(lambda c: record_outcome(c, cause, payment["id"], DECLINED))
    assert made(await alice.get(f"/payments/{payment['id']}"), 200)["error_code"] == "card_declined"
    second = made(await alice.pay(booking["id"], key="k2"), 202)
    assert second["id"] != payment["id"]


async def test_a_job_takes_one_application_of_each_worker_and_one_hire(site: Site) -> None:
    alice, bob, charlie = await site.people.alice(), await site.people.bob(), await site.people.charlie("worker")
    job = await posted(alice)
    mine, other = await applied(bob, job["id"]), await applied(charlie, job["id"])
    await assert_refused(site.database, bob.post(f"/jobs/{job['id']}/applications", OFFER), 409, "already_applied")
    stranger = await site.people.alice()
    made(await alice.post(f"/applications/{mine['id']}/hire"))
    with unchanged(site.database):
        for offer in (mine, other):
            assert_problem(await alice.post(f"/applications/{offer['id']}/hire"), 409, "already_hired")
            assert_problem(await stranger.post(f"/applications/{offer['id']}/hire"), 404, "not_found")
        assert_problem(await charlie.post(f"/jobs/{job['id']}/applications", OFFER), 409, "job_not_open")
