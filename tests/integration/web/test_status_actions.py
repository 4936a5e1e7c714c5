"""Every status meets every action: what the table does not allow is a 409, and changes nothing anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.bookings.complete import warn_of_approval
from domain.bookings.move import move
from domain.bookings.remind import remind
from domain.bookings.states import BookingStatus
from domain.bookings.work import ApproveByItself, Expire, Remind, WarnOfApproval
from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.applications.states import ApplicationStatus
from domain.oversight.ledger_checks.invariants import breaches
from domain.settlement.approve import approve_by_itself
from domain.settlement.expire import expire
from domain.steps import in_words
from tests.clock import START
from tests.contents import unchanged
from tests.integration.web.conftest import Site
from tests.people import Person, applied, made, posted
from tests.problems import assert_problem

SOON, LATER = "2026-11-23T13:00:00Z", "2026-12-01T09:00:00Z"
AWAITING, FUNDED = BookingStatus.AWAITING_PAYMENT, BookingStatus.FUNDED
LEGAL: dict[str, tuple[BookingStatus, ...]] = {
    "pay": (AWAITING,),
    "start": (FUNDED,),
    "complete": (BookingStatus.IN_PROGRESS,),
    "request-changes": (BookingStatus.COMPLETED,),
    "approve": (BookingStatus.COMPLETED,),
    "cancel": (AWAITING, FUNDED),
    "no-show": (FUNDED,),
    "reschedule": (AWAITING, FUNDED),
    "reschedule/accept": (AWAITING, FUNDED),
    "reschedule/refuse": (AWAITING, FUNDED),
}


class Stage:
    """Alice and bob, and bookings of theirs in whatever status is wanted; three hours past their agreed starts."""

    def __init__(self, site: Site, alice: Person, bob: Person) -> None:
        self.site, self.alice, self.bob = site, alice, bob
        self.proposals: dict[str, str] = {}

    async def write(self, unit: Callable[[Connection, Cause], Any], actor: str = "system") -> None:
        cause = self.site.services.cause(actor, "cor_test_0001")
        await self.site.database.write_async(lambda c: unit(c, cause))

    async def write_late(self, unit: Callable[[Connection, Cause], Any]) -> None:
        """When the hour of whatever waits for one has come."""
        cause = self.site.services.cause("system", "cor_test_0001")
        late = replace(cause, now=cause.now + timedelta(days=30))
        await self.site.database.write_async(lambda c: unit(c, late))

    async def booking(self, status: BookingStatus) -> str:
        """By the ways that lead there; only a dispute has none yet."""
        offer = await applied(self.bob, (await posted(self.alice))["id"], starts_at=SOON)
        booking = made(await self.alice.post(f"/applications/{offer['id']}/hire"))
        found: str = booking["id"]
        proposal = made(await self.bob.post(f"/bookings/{found}/reschedule", {"starts_at": LATER}))
        self.proposals[found] = proposal["id"]
        if status is BookingStatus.EXPIRED:
            await self._expire(found)
        elif status is not AWAITING:
            self.site.capture(made(await self.alice.pay(found, key=found), 202))
        for verb in _STEPS.get(status, ()):
            made(await self.do(found, verb), 200)
        if status is BookingStatus.DISPUTED:
            await self.write(lambda c, cause: move(c, cause, found, FUNDED, status))
        assert made(await self.alice.get(f"/bookings/{found}"), 200)["status"] == status
        return found

    async def _expire(self, booking_id: str) -> None:
        await self.write_late(lambda c, cause: expire(c, cause, Expire(booking_id=booking_id)))

    async def do(self, booking_id: str, action: str) -> httpx.Response:
        who = self.bob if action in ("start", "complete") else self.alice
        if action == "pay":
            return await self.alice.pay(booking_id, key=f"{booking_id}:again")
        bodies: dict[str, Any] = {
            "start": None,
            "approve": None,
            "request-changes": {"note": "Again."},
            "reschedule": {"starts_at": LATER},
            "reschedule/accept": {"reschedule_id": self.proposals[booking_id]},
            "reschedule/refuse": {"reschedule_id": self.proposals[booking_id]},
        }
        return await who.post(f"/bookings/{booking_id}/{action}", bodies.get(action, {}))

    async def later(self) -> None:
        self.site.clock.forward(hours=3)
        people = self.site.people
        self.alice, self.bob = await people.again(self.alice), await people.again(self.bob)


_STEPS: dict[BookingStatus, tuple[str, ...]] = {
    BookingStatus.IN_PROGRESS: ("start",),
    BookingStatus.COMPLETED: ("start", "complete"),
    BookingStatus.APPROVED: ("start", "complete", "approve"),
    BookingStatus.CANCELLED: ("cancel",),
}


@pytest.fixture
async def stage(site: Site) -> Stage:
    return Stage(site, await site.people.alice(), await site.people.bob())


@pytest.mark.parametrize("status", BookingStatus)
async def test_every_booking_meets_every_action(stage: Stage, status: BookingStatus) -> None:
    illegal = [action for action in LEGAL if status not in LEGAL[action]]
    legal = [action for action in LEGAL if status in LEGAL[action]]
    frozen = await stage.booking(status)
    ready = {action: await stage.booking(status) for action in legal}
    await stage.later()
    for action in illegal:
        code = "booking_not_payable" if action == "pay" else "booking_status"
        with unchanged(stage.site.database, (status, action)):
            refused = assert_problem(await stage.do(frozen, action), 409, code, (status, action))
            assert refused["detail"].startswith(f"The booking is {in_words(status)}. "), (status, action, refused)
    for action in legal:
        answer = await stage.do(ready[action], action)
        assert answer.status_code in (200, 201, 202), (status, action, answer.text)
    assert stage.site.database.read(breaches) == []


async def test_you_may_not_and_not_now_are_told_apart(stage: Stage) -> None:
    """The wrong role, a stranger of the right role, and the right person at the wrong time."""
    booking_id = await stage.booking(FUNDED)
    dave = await stage.site.people.charlie("worker")
    path = f"/bookings/{booking_id}/complete"
    role = assert_problem(await stage.alice.post(path, {}), 403, "wrong_role")
    assert role["detail"] == "Only a worker may do this. You are a client."
    assert_problem(await dave.post(path, {}), 404, "not_found")
    early = assert_problem(await stage.bob.post(path, {}), 409, "booking_status")
    assert early["detail"] == "The booking is funded. Start it before completing it."


@pytest.mark.parametrize("status", BookingStatus)
async def test_what_time_does_changes_nothing_in_other_statuses(stage: Stage, status: BookingStatus) -> None:
    booking_id = await stage.booking(status)
    start = START.replace(hour=13)
    tasks: dict[BookingStatus | None, list[Callable[[Connection, Cause], None]]] = {
        AWAITING: [lambda c, cause: expire(c, cause, Expire(booking_id=booking_id))],
        BookingStatus.COMPLETED: [
            lambda c, cause: approve_by_itself(c, cause, ApproveByItself(booking_id=booking_id, round=1)),
            lambda c, cause: warn_of_approval(c, cause, WarnOfApproval(booking_id=booking_id, round=1)),
        ],
        FUNDED: [lambda c, cause: remind(c, cause, Remind(booking_id=booking_id, starts_at=start))],
        None: [
            lambda c, cause: approve_by_itself(c, cause, ApproveByItself(booking_id=booking_id, round=7)),
            lambda c, cause: warn_of_approval(c, cause, WarnOfApproval(booking_id=booking_id, round=7)),
            lambda c, cause: remind(c, cause, Remind(booking_id=booking_id, starts_at=START)),
        ],
    }
    with unchanged(stage.site.database, status):
        for of, units in tasks.items():
            for unit in units if of != status else ():
                await stage.write_late(unit)


A = ApplicationStatus
LIVE = (A.SUBMITTED, A.SHORTLISTED)
BY_BOB = ("withdraw", "offers (bob)")
OF_APPLICATIONS: dict[str, tuple[ApplicationStatus, ...]] = {
    "withdraw": LIVE,
    "shortlist": (A.SUBMITTED,),
    "decline": LIVE,
    "hire": LIVE,
    "quote": LIVE,
    "offers (alice)": LIVE,
    "offers (bob)": LIVE,
    "accept": LIVE,
}


async def application(stage: Stage, status: ApplicationStatus) -> tuple[str, str]:
    """Its id, and the id of bob's offer."""
    found = (await applied(stage.bob, (await posted(stage.alice))["id"]))["id"]
    offer = made(await stage.bob.post(f"/applications/{found}/offers", {"price_minor": 8_000}))["id"]
    ways = {
        A.SHORTLISTED: (stage.alice, "shortlist"),
        A.DECLINED: (stage.alice, "decline"),
        A.WITHDRAWN: (stage.bob, "withdraw"),
    }
    if status in ways:
        who, verb = ways[status]
        made(await who.post(f"/applications/{found}/{verb}"), 200)
    if status in (A.HIRED, A.ENDED):
        booking = made(await stage.alice.post(f"/applications/{found}/hire"))
        if status is A.ENDED:
            made(await stage.bob.post(f"/bookings/{booking['id']}/cancel", {}), 200)
    assert made(await stage.alice.get(f"/applications/{found}"), 200)["status"] == status
    return found, offer


async def act(stage: Stage, found: str, offer: str, action: str) -> httpx.Response:
    who = stage.bob if action in BY_BOB else stage.alice
    path = f"/applications/{found}"
    if action == "quote":
        return await who.get(f"{path}/quote")
    if action == "accept":
        return await who.post(f"{path}/offers/{offer}/accept")
    if action.startswith("offers"):
        return await who.post(f"{path}/offers", {"price_minor": 7_000})
    return await who.post(f"{path}/{action}")


@pytest.mark.parametrize("status", ApplicationStatus)
async def test_every_application_meets_every_action(stage: Stage, status: ApplicationStatus) -> None:
    frozen = await application(stage, status)
    for action, legal in OF_APPLICATIONS.items():
        if status in legal:
            answer = await act(stage, *(await application(stage, status)), action)
            assert answer.status_code in (200, 201), (status, action, answer.text)
            continue
        with unchanged(stage.site.database, (status, action)):
            answer = await act(stage, *frozen, action)
            hired = status is A.HIRED and action in ("hire", "quote")
            assert_problem(answer, 409, "already_hired" if hired else "application_status", (status, action))
    assert stage.site.database.read(breaches) == []
