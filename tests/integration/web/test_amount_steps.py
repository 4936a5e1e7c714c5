"""An amount that a provider could not take is refused where it is named, not when somebody has been hired for it."""

from __future__ import annotations

from collections.abc import Awaitable

import httpx
import msgspec
import pytest

from domain.oversight.ledger_checks.invariants import breaches
from domain.payments.refunds import read as refunds
from runtime.settings import Settings
from tests.contents import unchanged
from tests.integration.web.conftest import Site, open_site
from tests.people import applied, made, posted
from tests.problems import assert_problem


async def refused(site: Site, asked: Awaitable[httpx.Response], field: str, step: int) -> None:
    with unchanged(site.database, field):
        problem = assert_problem(await asked, 422, "amount_not_a_step", field)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert f"multiple of {step} minor units" in problem["detail"]


@pytest.mark.parametrize(
    ("currency", "right", "wrong", "step"), [("kwd", 12_340, 12_345, 10), ("huf", 2_000_000, 2_000_050, 100)]
)
async def test_who_names_it_is_told_of_the_step(site: Site, currency: str, right: int, wrong: int, step: int) -> None:
    alice, bob = await site.people.alice(), await site.people.bob()
    job = await posted(alice, budget_minor=right, currency=currency)
    body = {key: job[key] for key in ("title", "description", "category", "city", "currency")}
    await refused(site, alice.post("/jobs", {**body, "budget_minor": wrong}), "budget_minor", step)
    await refused(site, alice.ask("PATCH", f"/jobs/{job['id']}", json={"budget_minor": wrong}), "budget_minor", step)
    offer = {"message": "Me.", "price_minor": wrong}
    await refused(site, bob.post(f"/jobs/{job['id']}/applications", offer), "price_minor", step)
    application = await applied(bob, job["id"], price_minor=right)
    for side in (alice, bob):
        path = f"/applications/{application['id']}/offers"
        await refused(site, side.post(path, {"price_minor": wrong}), "price_minor", step)
    rate = {"rate_minor": wrong, "currency": currency}
    await refused(site, bob.ask("PATCH", "/me", json=rate), "rate_minor", step)


async def test_fees_break_no_step_and_a_refund_gives_back_what_was_captured(settings: Settings) -> None:
    """12.340 KWD at 3.33 %, and 19 % tax on that: paid, called off, all of it given back."""
    async with open_site(msgspec.structs.replace(settings, client_fee_bp=333, tax_bp=1_900)) as site:
        alice, bob = await site.people.alice(), await site.people.bob()
        job = await posted(alice, budget_minor=12_340, currency="kwd")
        application = await applied(bob, job["id"], price_minor=12_340)
        booking = made(await alice.post(f"/applications/{application['id']}/hire"))
        assert (booking["client_fee_minor"], booking["tax_minor"], booking["total_minor"]) == (410, 80, 12_830)
        site.capture(made(await alice.pay(booking["id"]), 202))
        made(await alice.post(f"/bookings/{booking['id']}/cancel", {}), 200)
        (refund,) = site.database.read(lambda c: refunds.of_booking(c, booking["id"], booking["client_id"]))
        assert (refund.amount_minor, refund.currency) == (12_830, "kwd")
        assert site.database.read(breaches) == []
