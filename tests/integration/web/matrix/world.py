"""A small world in which everything exists that an operation can be about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.announcements.deliver import deliver
from domain.cause import Cause
from domain.database import Connection
from domain.identity.accounts.suspend import suspend
from domain.identity.links.make import make as make_link
from domain.identity.links.states import Purpose
from domain.identity.service_tokens.make import make as make_service_token
from domain.notifications.work import Deliver
from domain.payments import read as payments
from domain.payouts import read as payouts
from domain.payouts.account_status import record_status
from domain.payouts.accounts import read as payout_accounts
from domain.payouts.accounts.ports import AccountAtProvider
from domain.payouts.ports import PayoutFailed, Transferred
from domain.payouts.record_outcome import record_outcome, record_transfer
from domain.payouts.submit import to_transfer
from domain.payouts.work import Transfer
from runtime.ids import new_id
from runtime.secrets import hashed
from runtime.service_tokens import new_service_token
from tests.integration.web.conftest import Site
from tests.people import PASSWORD, Person, applied, made, posted
from tests.story import cause_of

SOON, LATER = "2026-11-23T13:00:00Z", "2026-12-01T09:00:00Z"


@dataclass(frozen=True)
class World:
    """``people`` by their column; ``stale``: the same with tokens that have expired.  ``things`` are ids, by the
    names that the table and the bodies know them by."""

    site: Site
    people: dict[str, Person]
    stale: dict[str, Person]
    things: dict[str, str]


async def a_world(site: Site) -> World:
    """Three hours after its first people came; the beginning of bookings has passed."""
    people = {
        "alice": await site.people.alice(),
        "bob": await site.people.bob(),
        "carol": await site.people.join("Carol", "worker"),
        "charlie": await site.people.charlie(),
        "dave": await site.people.join("Dave", "worker"),
        "ada": await site.admin(),
    }
    building = Building(site, people)
    await building.jobs()
    await building.bookings()
    await building.money()
    await building.reviews()
    await building.others()
    site.clock.forward(hours=3)
    now = {name: await site.people.again(person) for name, person in people.items()}
    await building.secrets()
    return World(site, {**now, "robot": building.a_robot()}, people, building.things)


class Building:
    """Puts things there, in the order of the methods."""

    def __init__(self, site: Site, people: dict[str, Person]) -> None:
        self.site, self.people, self.things = site, people, dict[str, str]()
        self.alice, self.bob, self.carol = people["alice"], people["bob"], people["carol"]
        self.things |= {name: person.id for name, person in people.items()}

    def write(self, unit: Callable[[Connection, Cause], Any], actor: str = "system") -> Any:
        cause = cause_of(self.site.clock, actor)
        return self.site.database.write(lambda connection: unit(connection, cause))

    async def jobs(self) -> None:
        self.things["draft"] = (await posted(self.alice, draft=True))["id"]
        self.things["open_job"] = (await posted(self.alice))["id"]
        self.things["bargained_job"], application = await self._applied()
        self.things["application"] = application
        offer = made(await self.bob.post(f"/applications/{application}/offers", {"price_minor": 8_000}))
        message = made(await self.bob.post(f"/applications/{application}/messages", {"text": "At nine?"}))
        self.things |= {"offer": offer["id"], "message": message["id"]}
        _, self.things["other_application"] = await self._applied()

    async def bookings(self) -> None:
        """One in every status that an operation wants, of alice and bob; carol applied for each."""
        self.things["unpaid"] = (await self._hired())["id"]
        ways = {
            "funded": [],
            "begun": ["start"],
            "completed": ["start", "complete"],
            "cancelled": ["cancel"],
        }
        for name, steps in ways.items():
            self.things[name] = await self._paid(*steps)
        payment = self.site.database.read(lambda c: payments.funding(c, self.things["funded"]))
        assert payment is not None
        (refund,) = made(await self.alice.get(f"/bookings/{self.things['cancelled']}/refunds"), 200)["items"]
        path = f"/bookings/{self.things['funded']}"
        proposal = made(await self.bob.post(f"{path}/reschedule", {"starts_at": LATER}))
        message = made(await self.alice.post(f"{path}/messages", {"text": "At ten?"}))
        self.things |= {
            "payment": payment.id,
            "refund": refund["id"],
            "reschedule": proposal["id"],
            "booking_message": message["id"],
        }

    async def money(self) -> None:
        """Bob can be paid out to, and it went wrong once."""
        made(await self.bob.post("/payout-account", {"country": "US"}), 202)
        ready = AccountAtProvider(provider_id="acct_1", is_ready=True, is_submitted=True)

        def settle(connection: Connection, cause: Cause) -> None:
            found = payout_accounts.of_account(connection, self.bob.id)
            assert found is not None
            record_status(connection, cause, found.id, ready)

        self.write(settle, "stripe")
        self.things["approved"] = await self._paid("start", "complete", "approve")

        def fail(connection: Connection, cause: Cause) -> str:
            found = payouts.of_booking(connection, self.things["approved"])
            assert found is not None
            assert to_transfer(connection, cause, Transfer(payout_id=found.id)) is not None
            record_transfer(connection, cause, found.id, Transferred(provider_id="tr_1"))
            failed = PayoutFailed(provider_id="po_1", code="account_closed", message="Closed.")
            assert record_outcome(connection, cause, found.id, failed)
            return found.id

        self.things["payout"] = self.write(fail, "stripe")

    async def reviews(self) -> None:
        """Both wrote, twice; alice's second one is hidden.  The first is reported."""
        for name, review in (("reviewed", "review"), ("hidden", "hidden_review")):
            self.things[name] = await self._paid("start", "complete", "approve")
            path = f"/bookings/{self.things[name]}/reviews"
            self.things[review] = made(await self.alice.post(path, {"rating": 4}))["id"]
            self.things["reported_review"] = made(await self.bob.post(path, {"rating": 2}))["id"]
        made(await self.people["ada"].post(f"/admin/reviews/{self.things['hidden_review']}/hide"), 200)
        path = f"/reviews/{self.things['reported_review']}/reports"
        self.things["report"] = made(await self.alice.post(path, {"reason": "Not true."}))["id"]

    async def others(self) -> None:
        """Frank is there to be suspended; grace has been.  Alice has a notification."""
        frank, grace = await self.site.people.join("Frank", "client"), await self.site.people.join("Grace", "worker")
        self.write(lambda c, cause: suspend(c, cause, grace.id))
        self.things |= {"frank": frank.id, "grace": grace.id, "frank_email": frank.email}
        work = Deliver(account_id=self.alice.id, kind="job.expired", subject_id=self.things["open_job"])
        self.write(lambda c, cause: deliver(c, cause, work))
        (notification, *_) = made(await self.alice.get("/notifications"), 200)["items"]
        self.things["notification"] = notification["id"]

    async def secrets(self) -> None:
        """What opens a door by itself: frank's."""
        body = {"email": self.things["frank_email"], "password": PASSWORD}
        self.things["refresh_token"] = made(await self.site.http.post("/auth/login", json=body), 200)["refresh_token"]
        for purpose in Purpose:
            link = self.write(lambda c, cause, purpose=purpose: make_link(c, cause, self.things["frank"], purpose))
            self.things[purpose.value] = self.site.services.links.sign(purpose, link)

    def a_robot(self) -> Person:
        account_id = new_id("acc")
        secret = new_service_token(account_id)
        kept = {"account_id": account_id, "name": "Broadcasts", "secret_hash": hashed(secret)}
        self.things["robot_token"] = self.write(lambda c, cause: make_service_token(c, cause, **kept), "operator:ada")
        return Person(account_id, f"{account_id}@service.invalid", "admin", secret, self.site.http)

    async def _applied(self) -> tuple[str, str]:
        """A job, and bob's application for it; carol applied too."""
        job = (await posted(self.alice))["id"]
        await applied(self.carol, job)
        return job, (await applied(self.bob, job, starts_at=SOON))["id"]

    async def _hired(self) -> dict[str, Any]:
        _, application = await self._applied()
        return made(await self.alice.post(f"/applications/{application}/hire"))

    async def _paid(self, *steps: str) -> str:
        booking: str = (await self._hired())["id"]
        self.site.capture(made(await self.alice.pay(booking, key=booking), 202))
        for step in steps:
            who = self.bob if step in ("start", "complete") else self.alice
            body = {} if step in ("complete", "cancel") else None
            made(await who.post(f"/bookings/{booking}/{step}", body), 200)
        return booking
