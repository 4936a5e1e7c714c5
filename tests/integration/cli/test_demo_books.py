"""What the demo reads of the platform's books, on both databases, while bob is paid and both are told of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from cli.demo.books import Mailed, books, mailed
from gateways.testing import FakeMails
from runtime.database import Database
from tests.integration.payouts.scene import EARNED, Stage, staged


@pytest.fixture
def stage(database: Database) -> Iterator[Stage]:
    with staged(database, FakeMails()) as made:
        yield made


def read(stage: Stage) -> tuple[dict[str, int], list[tuple[str, int, int, float | None]]]:
    bookings = [*(f"bkg_{n}" for n in range(600)), stage.story.booking.id]
    found = stage.database.read(lambda c: books(c, bookings))
    assert {p.booking_id for p in found.payouts} <= {stage.story.booking.id}
    return found.captured, [(p.id, p.amount_minor, p.posted_minor, p.seconds) for p in found.payouts]


def letters(stage: Stage, addresses: str) -> Mailed:
    now = stage.clock()
    return stage.database.read(lambda c: mailed(c, addresses, now - timedelta(days=1), now))


def arrive(stage: Stage, failure: str | None = None) -> None:
    stage.payouts.arrive(stage.payout().id, failure)
    stage.deliver(stage.payouts.events[-1])
    stage.work()


def test_the_money_of_a_booking(stage):
    captured, payouts = read(stage)
    assert (list(captured.values()), payouts) == ([9_000], [])
    made = stage.earn_at_once()
    stage.work()
    assert read(stage) == (captured, [(made.id, EARNED, 0, None)])
    stage.clock.forward(seconds=7)
    arrive(stage)
    assert read(stage) == (captured, [(made.id, EARNED, EARNED, 7.0)])
    arrive(stage, "account_closed")
    assert stage.payout().status == "returned"
    assert read(stage) == (captured, [(made.id, EARNED, 0, None)])


def test_the_e_mails_of_some_people(stage):
    alice = stage.story.alice.email
    assert letters(stage, alice).untold > 0
    assert not letters(stage, alice).is_over
    stage.work()
    told = letters(stage, alice)
    assert told.is_over
    assert told.sent > 0
    assert letters(stage, "") == Mailed(told.sent + letters(stage, stage.story.bob.email).sent, 0, 0)
    assert letters(stage, "charlie") == Mailed(0, 0, 0)
