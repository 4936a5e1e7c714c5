"""Two at once, each with its own connection: one of them wins, the other is told so, and the money adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from domain.bookings import read as bookings
from domain.bookings.complete import complete
from domain.bookings.hire import hire
from domain.bookings.request_changes import request_changes
from domain.bookings.reschedules.answer import accept as accept_reschedule
from domain.bookings.reschedules.answer import refuse as refuse_reschedule
from domain.bookings.reschedules.propose import propose as propose_reschedule
from domain.bookings.start import start
from domain.bookings.work import ApproveByItself, Expire
from domain.cause import Cause
from domain.database import Connection
from domain.dates import Dates
from domain.errors import Conflict
from domain.history.read import changes
from domain.identity.accounts.read import Account
from domain.identity.accounts.register import register
from domain.identity.accounts.states import Role
from domain.marketplace.applications import read as applications
from domain.marketplace.applications.judge import decline
from domain.marketplace.applications.read import Application
from domain.marketplace.applications.submit import submit
from domain.marketplace.applications.withdraw import withdraw
from domain.marketplace.bargaining.accept import accept as accept_offer
from domain.marketplace.bargaining.propose import NewOffer
from domain.marketplace.bargaining.propose import propose as propose_offer
from domain.marketplace.jobs import read as jobs
from domain.marketplace.jobs.check import NewJob
from domain.marketplace.jobs.post import post
from domain.marketplace.listings.edit import edit
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments.accept import NewPayment
from domain.payments.accept import accept as pay
from domain.payments.ports import Captured, RequiresAction
from domain.payments.record_outcome import record_outcome
from domain.platform.idempotency.claim import IdempotencyKey
from domain.settlement.approve import approve, approve_by_itself
from domain.settlement.cancel import cancel
from domain.settlement.expire import expire
from domain.settlement.no_show import report_no_show
from gateways.testing import FakeCards
from runtime.database import Database, open_database
from runtime.ids import new_id
from tests.clock import Clock
from tests.engines import engine
from tests.story import FEES, Story, accepted, balances, cause_of, hired, paid
from tests.work_off import work_off

ROUNDS = 6
PRICE = 9_000
NEW_JOB = NewJob("Fix a tap", "It drips.", "plumbing", "Berlin", 10_000, "usd")
Unit = Callable[[Connection], Any]


@dataclass(frozen=True)
class Ring:
    """Two connections to one database, a clock, and which round it is."""

    left: Database
    right: Database
    clock: Clock
    n: int = 0

    def cause(self, actor: str) -> Cause:
        return cause_of(self.clock, actor)

    def both(self, one: Unit, other: Unit) -> tuple[str, str]:
        """At the same moment; each ends with "done" or with the code of its refusal."""
        gate = Barrier(2)

        def run(database: Database, unit: Unit) -> str:
            gate.wait()
            try:
                database.write(unit)
            except Conflict as refusal:
                return refusal.code
            return "done"

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.submit(run, self.left, one), pool.submit(run, self.right, other)
            return first.result(), second.result()

    def one_wins(self, one: Unit, other: Unit, *codes: str) -> str:
        """Which of them; the other was refused with one of the codes, and nothing is amiss."""
        ended = self.both(one, other)
        assert ended.count("done") == 1, ended
        assert ended[1 - ended.index("done")] in codes, ended
        assert self.left.read(breaches) == []
        return "one" if ended[0] == "done" else "other"


def rounds(race: Callable[[Ring], None]) -> Callable[[Ring], None]:
    """The same race some times over; the number of the round may choose who runs."""

    def test(ring: Ring) -> None:
        for n in range(ROUNDS):
            race(replace(ring, n=n))

    test.__name__, test.__doc__ = race.__name__, race.__doc__
    return test


@pytest.fixture
def ring(database_url: str) -> Iterator[Ring]:
    left, right = open_database(database_url), open_database(database_url)
    yield Ring(left, right, Clock())
    right.close()
    left.close()


@dataclass(frozen=True)
class Market:
    alice: Account
    bob: Account
    charlie: Account
    his: Application
    hers: Application


def market(ring: Ring) -> Market:
    """Bob and charlie want alice's job."""

    def unit(connection: Connection) -> Market:
        nobody = ring.cause("anonymous")
        people = []
        for name, role in (("Alice", Role.CLIENT), ("Bob", Role.WORKER), ("Charlie", Role.WORKER)):
            email = f"{new_id('p')}@example.com"
            people.append(register(connection, nobody, email=email, password_hash="-", role=role, name=name))
        job = post(connection, ring.cause(people[0].id), NEW_JOB)
        offers = [
            submit(connection, ring.cause(person.id), job.id, message="Me.", price_minor=PRICE) for person in people[1:]
        ]
        return Market(*people, *offers)

    return ring.left.write(unit)


def hiring(ring: Ring, m: Market, wanted: Application, total: int | None = None) -> Unit:
    return lambda c: hire(c, ring.cause(m.alice.id), wanted.id, FEES, expected_total_minor=total)


@rounds
def test_two_hires(ring: Ring) -> None:
    m = market(ring)
    ring.one_wins(hiring(ring, m, m.his), hiring(ring, m, m.hers), "already_hired")
    found = ring.left.read(lambda c: [applications.by_id(c, a.id).status for a in (m.his, m.hers)])
    assert sorted(found) == ["declined", "hired"]


@rounds
def test_a_hire_and_the_end_of_the_application(ring: Ring) -> None:
    m = market(ring)
    who, verb = ((m.bob.id, withdraw), (m.alice.id, decline))[ring.n % 2]
    ended = ring.one_wins(hiring(ring, m, m.his), lambda c: verb(c, ring.cause(who), m.his.id), "application_status")
    job = ring.left.read(lambda c: jobs.by_id(c, m.his.job_id))
    assert job.status == ("assigned" if ended == "one" else "open")


def offered(ring: Ring, m: Market, by: Account, price: int) -> str:
    return ring.left.write(lambda c: propose_offer(c, ring.cause(by.id), m.his.id, NewOffer(price, ""))).id


@rounds
def test_a_counter_offer_and_an_acceptance(ring: Ring) -> None:
    m = market(ring)
    offer = offered(ring, m, m.alice, 7_000)
    author = (m.alice, m.bob)[ring.n % 2]  # who thinks again, or who wants more
    won = ring.one_wins(
        lambda c: propose_offer(c, ring.cause(author.id), m.his.id, NewOffer(6_000, "")),
        lambda c: accept_offer(c, ring.cause(m.bob.id), m.his.id, offer),
        "offer_status",
        "terms_agreed",
    )
    agreed = ring.left.read(lambda c: applications.by_id(c, m.his.id)).price_minor
    assert agreed == (PRICE if won == "one" else 7_000)


@rounds
def test_a_counter_offer_and_a_hire_at_the_price_that_was_quoted(ring: Ring) -> None:
    m = market(ring)
    ring.one_wins(
        hiring(ring, m, m.his, PRICE),
        lambda c: propose_offer(c, ring.cause(m.bob.id), m.his.id, NewOffer(20_000, "")),
        "quote_changed",
        "application_status",
    )


@rounds
def test_two_acceptances_are_one(ring: Ring) -> None:
    m = market(ring)
    offer = offered(ring, m, m.alice, 7_000)
    unit = partial(accept_offer, cause=ring.cause(m.bob.id), application_id=m.his.id, offer_id=offer)
    ring.one_wins(unit, unit, "offer_status")


@rounds
def test_an_edit_of_the_job_and_an_application_for_what_it_was(ring: Ring) -> None:
    m = market(ring)
    job = ring.left.write(lambda c: post(c, ring.cause(m.alice.id), NEW_JOB))
    seen = ring.left.read(lambda c: jobs.full(c, job.id)).version
    bob = ring.cause(m.bob.id)
    ring.one_wins(
        lambda c: edit(c, ring.cause(m.alice.id), job.id, {"budget_minor": 5_000}),
        lambda c: submit(c, bob, job.id, message="Me.", price_minor=PRICE, job_version=seen),
        "job_has_applicants",
        "job_changed",
    )


def completed(ring: Ring) -> Story:
    story, _ = paid(ring.left, ring.clock)
    bob = ring.cause(story.bob.id)
    ring.left.write(lambda c: start(c, bob, story.booking.id))
    ring.left.write(lambda c: complete(c, bob, story.booking.id, note=""))
    return story


def approving(ring: Ring, story: Story) -> Unit:
    return lambda c: approve(c, ring.cause(story.alice.id), story.booking.id)


def by_itself(ring: Ring, story: Story) -> Unit:
    return lambda c: approve_by_itself(c, ring.cause("system"), ApproveByItself(booking_id=story.booking.id, round=1))


@rounds
def test_an_approval_and_the_approval_by_itself(ring: Ring) -> None:
    story = completed(ring)
    ended = ring.both(approving(ring, story), by_itself(ring, story))
    assert ended in (("done", "done"), ("booking_status", "done"))  # the task has nothing to complain of
    statuses = [h.to_status for h in ring.left.read(lambda c: changes(c, story.booking.id))]
    assert statuses.count("approved") == 1
    assert f"held:{story.booking.id}" not in balances(ring.left)
    assert ring.left.read(breaches) == []


@rounds
def test_a_request_for_changes_and_an_approval(ring: Ring) -> None:
    story = completed(ring)

    def asking(connection: Connection) -> None:
        request_changes(connection, ring.cause(story.alice.id), story.booking.id, note="Again.")

    if ring.n % 2:
        ring.one_wins(asking, approving(ring, story), "booking_status")
    else:
        assert ring.both(asking, by_itself(ring, story)) in (("done", "done"), ("booking_status", "done"))
    status = ring.left.read(lambda c: bookings.by_id(c, story.booking.id)).status
    assert status in ("in_progress", "approved")
    assert (f"held:{story.booking.id}" in balances(ring.left)) == (status == "in_progress")
    assert ring.left.read(breaches) == []


@rounds
def test_the_start_and_what_ends_a_booking_before_it(ring: Ring) -> None:
    story, _ = paid(ring.left, ring.clock)
    if ring.n % 2:
        agreed_long_ago(ring, story)
    end = (cancel, report_no_show)[ring.n % 2]
    won = ring.one_wins(
        lambda c: start(c, ring.cause(story.bob.id), story.booking.id),
        lambda c: end(c, ring.cause(story.alice.id), story.booking.id, note=""),
        "booking_status",
    )
    assert balances(ring.left).get(f"held:{story.booking.id}", 0) == (PRICE if won == "one" else 0)


def agreed_long_ago(ring: Ring, story: Story) -> None:
    soon = Dates(ring.clock() + timedelta(minutes=1))
    booking = story.booking.id
    made = ring.left.write(lambda c: propose_reschedule(c, ring.cause(story.bob.id), booking, soon, ""))
    ring.left.write(lambda c: accept_reschedule(c, ring.cause(story.alice.id), booking, made.id))
    ring.clock.forward(hours=2)


@rounds
def test_two_cancellations(ring: Ring) -> None:
    story, _ = paid(ring.left, ring.clock)
    ring.one_wins(
        lambda c: cancel(c, ring.cause(story.alice.id), story.booking.id, note=""),
        lambda c: cancel(c, ring.cause(story.bob.id), story.booking.id, note=""),
        "booking_status",
    )


@rounds
def test_a_yes_and_a_no_to_one_proposal(ring: Ring) -> None:
    story, _ = paid(ring.left, ring.clock)
    alice, bob, booking = ring.cause(story.alice.id), ring.cause(story.bob.id), story.booking.id
    later = Dates(ring.clock() + timedelta(days=3))
    made = ring.left.write(lambda c: propose_reschedule(c, bob, booking, later, ""))
    won = ring.one_wins(
        lambda c: accept_reschedule(c, alice, booking, made.id),
        lambda c: refuse_reschedule(c, alice, booking, made.id),
        "reschedule_status",
    )
    starts_at = ring.left.read(lambda c: bookings.by_id(c, booking)).starts_at
    assert starts_at == (later.starts_at if won == "one" else None)


@rounds
def test_a_cancellation_and_a_payment(ring: Ring) -> None:
    """Whichever is first: the booking is cancelled, and nothing is left that could still take money."""
    story = hired(ring.left, ring.clock)
    key = IdempotencyKey(f"{story.alice.id} POST /payments", "k", "hash")
    new = NewPayment(story.booking.id, "stripe", "pm_card_visa")
    ended = ring.both(
        lambda c: cancel(c, ring.cause(story.bob.id), story.booking.id, note=""),
        lambda c: pay(c, ring.cause(story.alice.id), new, key),
    )
    assert ended in (("done", "done"), ("done", "booking_not_payable"))
    with engine(ring.left, ring.clock, FakeCards(ring.clock)) as worker:
        work_off(worker)
    assert balances(ring.left) == {}
    assert ring.left.read(breaches) == []


@rounds
def test_a_capture_and_what_ends_a_booking(ring: Ring) -> None:
    """Money that was taken is a fact: it funds the booking, or goes back."""
    story = hired(ring.left, ring.clock)
    stripe, payment = ring.cause("stripe"), accepted(ring.left, ring.clock, story, method=None)
    waits = RequiresAction(provider_id=f"pi_{ring.n}", client_secret="s")
    ring.left.write(lambda c: record_outcome(c, stripe, payment.id, waits))
    taken = Captured(provider_id=f"pi_{ring.n}", charge_id="ch", amount_minor=PRICE, currency="usd", fee_minor=1)

    def ending(connection: Connection) -> None:
        if ring.n % 2:
            expire(connection, ring.cause("system"), Expire(booking_id=story.booking.id))
        else:
            cancel(connection, ring.cause(story.alice.id), story.booking.id, note="")

    assert ring.both(lambda c: record_outcome(c, stripe, payment.id, taken), ending) == ("done", "done")
    status = ring.left.read(lambda c: bookings.by_id(c, story.booking.id)).status
    assert status == ("funded" if ring.n % 2 else "cancelled")  # an expiry waits for the provider's word
    assert balances(ring.left).get(f"held:{story.booking.id}", 0) == (PRICE if ring.n % 2 else 0)
    assert ring.left.read(breaches) == []
