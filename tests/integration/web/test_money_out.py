"""Refunds, payouts and payout accounts over HTTP: to those whose money it is, and to nobody else."""

from __future__ import annotations

import asyncio
import json

import pytest

from domain.bookings import read as bookings
from domain.payments import read as payments
from domain.payouts import read as payouts
from domain.payouts.account_status import record_link, record_status
from domain.payouts.accounts import read as payout_accounts
from domain.payouts.accounts.ports import AccountAtProvider, OnboardingLink
from domain.payouts.ports import PayoutFailed, Transferred
from domain.payouts.record_outcome import record_outcome, record_transfer
from domain.payouts.submit import to_transfer
from domain.payouts.work import Transfer
from domain.settlement.release import release
from tests.clock import START
from tests.contents import unchanged
from tests.integration.web.conftest import Site, two_pages
from tests.people import Person, hired, made
from tests.story import asked_back, cause_of, walked
from tests.stripe_webhooks import SECRET, signature

CONNECT = "whsec_of_connect"


async def funded(site: Site, alice: Person, bob: Person) -> tuple[str, str]:
    """(booking, payment): alice has paid 90.00."""
    booking = await hired(alice, bob)
    payment = made(await alice.pay(booking["id"], key=booking["id"]), 202)
    site.capture(payment)
    return booking["id"], payment["id"]


async def approved(site: Site, alice: Person, bob: Person) -> str:
    booking_id, _ = await funded(site, alice, bob)
    walked(site.database, site.clock, booking_id, "funded", "in_progress", "completed", "approved")
    cause = cause_of(site.clock, alice.id)
    site.database.write(lambda c: release(c, cause, bookings.by_id(c, booking_id)))
    return booking_id


def told(site: Site, bob: Person, status: AccountAtProvider) -> None:
    def unit(connection: object) -> None:
        found = payout_accounts.of_account(connection, bob.id)
        assert found is not None
        record_status(connection, cause_of(site.clock, "stripe"), found.id, status)

    site.database.write(unit)


READY = AccountAtProvider(provider_id="acct_1", is_ready=True, is_submitted=True)
WANTING = AccountAtProvider(
    provider_id="acct_1", is_ready=False, is_submitted=False, requirements=("external_account", "tos_acceptance.date")
)


async def test_a_refund_is_shown_to_the_client(site: Site, alice: Person, bob: Person) -> None:
    booking_id, payment_id = await funded(site, alice, bob)
    assert made(await alice.get(f"/bookings/{booking_id}/refunds"), 200) == {"items": [], "next_cursor": None}
    payment = site.database.read(lambda c: payments.by_id(c, payment_id))
    refund = asked_back(site.database, site.clock, payment)
    shown = made(await alice.get(f"/refunds/{refund.id}"), 200)
    assert (shown["status"], shown["amount_minor"], shown["payment_id"]) == ("requested", 9_000, payment_id)
    assert {"source", "unique_key", "generation"}.isdisjoint(shown)
    assert made(await alice.get(f"/bookings/{booking_id}/refunds"), 200)["items"] == [shown]


async def test_earnings_follow_the_money(site: Site, alice: Person, bob: Person) -> None:
    assert made(await bob.get("/earnings"), 200) == {"items": []}
    await funded(site, alice, bob)
    await approved(site, alice, bob)
    nothing = {"currency": "usd", "in_transit_minor": 0, "paid_minor": 0, "debt_minor": 0}
    assert made(await bob.get("/earnings"), 200)["items"] == [{**nothing, "held_minor": 8_100, "payable_minor": 8_100}]
    made(await bob.post("/payout-account", {"country": "US"}), 202)
    told(site, bob, READY)
    assert made(await bob.get("/earnings"), 200)["items"] == [
        {**nothing, "held_minor": 8_100, "payable_minor": 0, "in_transit_minor": 8_100}
    ]


async def test_payouts_are_shown_to_who_is_paid(site: Site, alice: Person, bob: Person) -> None:
    charlie = await site.people.charlie("worker")
    first, second = await approved(site, alice, bob), await approved(site, alice, bob)
    paged = await two_pages(bob, "/payouts", 1)
    assert [p["booking_id"] for p in paged] == [second, first]
    shown = made(await bob.get(f"/payouts/{paged[0]['id']}"), 200)
    assert (shown["status"], shown["amount_minor"]) == ("on_hold", 8_100)
    assert {"destination", "transfer_id", "charge_id"}.isdisjoint(shown)
    assert made(await charlie.get("/payouts"), 200)["items"] == []


async def test_what_failed_is_tried_again_under_a_key(site: Site, alice: Person, bob: Person) -> None:
    made(await bob.post("/payout-account", {"country": "US"}), 202)
    told(site, bob, READY)
    booking_id = await approved(site, alice, bob)
    cause = cause_of(site.clock, "system")

    def unit(connection: object) -> str:
        found = payouts.of_booking(connection, booking_id)
        assert found is not None
        to_transfer(connection, cause, Transfer(payout_id=found.id))
        record_transfer(connection, cause, found.id, Transferred(provider_id="tr_1"))
        failed = PayoutFailed(provider_id="po_1", code="account_closed", message="Closed.")
        record_outcome(connection, cause, found.id, failed)
        return found.id

    path = f"/payouts/{site.database.write(unit)}/retry"
    key = {"Idempotency-Key": "k1"}
    assert (await bob.post(path)).json()["code"] == "idempotency_key_required"
    assert made(await bob.post(path, headers=key), 202)["status"] == "scheduled"
    again = await bob.post(path, headers=key)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (202, "true")
    late = await bob.post(path, headers={"Idempotency-Key": "k2"})
    assert (late.status_code, late.json()["code"]) == (409, "payout_not_failed")


async def test_a_payout_account_is_asked_for_and_watched(site: Site, bob: Person) -> None:
    asked = await bob.post("/payout-account", {"country": "US"})
    assert (asked.status_code, asked.headers["Location"]) == (202, "/payout-account")
    assert (await bob.post("/payout-account", {"country": "DE"})).status_code == 200
    assert made(await bob.get("/payout-account"), 200)["country"] == "US"
    told(site, bob, WANTING)
    link = OnboardingLink(url="https://connect.example/1", expires_at=START.replace(minute=5))
    account_id = asked.json()["id"]
    site.database.write(lambda c: record_link(c, account_id, link))
    shown = made(await bob.get("/payout-account", headers={"Prefer": "wait=5"}), 200)
    assert (shown["status"], shown["onboarding_url"]) == ("onboarding", link.url)
    assert shown["requirements"] == ["external_account", "tos_acceptance.date"]
    assert "provider_id" not in shown
    site.clock.forward(minutes=5)
    assert made(await bob.get("/payout-account"), 200)["onboarding_url"] is None
    assert made(await bob.post("/payout-account/onboarding-link"), 202)["onboarding_url"] is None
    told(site, bob, READY)
    assert made(await bob.get("/payout-account", headers={"Prefer": "wait=5"}), 200)["status"] == "ready"


@pytest.mark.parametrize(
    "body",
    [
        *({}, [], None, {"country": "US", "provider_id": "acct_of_charlie"}),
        *({"country": wrong} for wrong in ("", "us", "USA", "U\n", "ÜS", "<b>", "A" * 10_000, None, 1)),
    ],
)
async def test_a_country_that_is_none(sqlite_site: Site, body: object) -> None:
    bob = await sqlite_site.people.bob()
    with unchanged(sqlite_site.database):
        answer = await bob.ask("POST", "/payout-account", content=json.dumps(body))
    assert answer.status_code in (400, 422)


async def test_who_waits_gets_the_page_as_soon_as_it_is_there(site: Site, bob: Person) -> None:
    account_id = made(await bob.post("/payout-account", {"country": "US"}), 202)["id"]
    waiting = asyncio.create_task(bob.get("/payout-account", headers={"Prefer": "wait=20"}))
    async with asyncio.timeout(10):
        while not site.services.waiters._events:  # noqa: ASYNC110 - nothing tells of a waiter that has come
            await asyncio.sleep(0.005)
        link = OnboardingLink(url="https://connect.example/1", expires_at=START.replace(minute=5))
        site.database.write(lambda c: record_link(c, account_id, link))
        assert made(await waiting, 200)["onboarding_url"] == link.url


class TestConnectWebhook:
    BODY = json.dumps(
        {"id": "evt_c1", "type": "account.updated", "created": 1, "account": "acct_1", "data": {"object": {}}}
    ).encode()

    async def post(self, site: Site, header: str) -> int:
        answer = await site.http.post(
            "/webhooks/stripe/connect", content=self.BODY, headers={"Stripe-Signature": header}
        )
        return answer.status_code

    async def test_it_has_a_secret_of_its_own(self, sqlite_site: Site) -> None:
        now = sqlite_site.clock()
        with unchanged(sqlite_site.database):
            assert await self.post(sqlite_site, signature(self.BODY, now, SECRET)) == 400
            assert await self.post(sqlite_site, "") == 400
        assert await self.post(sqlite_site, signature(self.BODY, now, CONNECT)) == 200
        on_the_other = await sqlite_site.http.post(
            "/webhooks/stripe", content=self.BODY, headers={"Stripe-Signature": signature(self.BODY, now, CONNECT)}
        )
        assert on_the_other.status_code == 400
