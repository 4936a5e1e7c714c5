"""Operators find things by id, address, reference or title, page by page, and see all that belongs to one."""

from __future__ import annotations

import pytest

from domain.errors import NotFound
from domain.oversight.nouns import ACCOUNTS, BOOKINGS, JOBS, LISTED, PAYMENTS, PAYOUTS, Noun
from domain.oversight.page import page
from domain.oversight.show import show
from runtime.database import Database
from tests.clock import Clock
from tests.story import approved, hired, paid


def ids(database: Database, noun: Noun, text: str | None = None, **how: object) -> list[str]:
    return [item["id"] for item in database.read(lambda c: page(c, noun, text=text, **how))]


def test_each_noun_is_found_by_what_an_operator_has_at_hand(database: Database, clock: Clock) -> None:
    story, payment = paid(database, clock)
    approved(database, clock, story)
    other = hired(database, clock)
    (payout,) = ids(database, PAYOUTS)
    assert payment.provider_id is not None
    assert payment.charge_id is not None
    booking, job = story.booking, story.booking.job_id
    for noun, wanted, texts in (
        (ACCOUNTS, story.alice.id, (story.alice.id, story.alice.email, story.alice.email.upper())),
        (BOOKINGS, booking.id, (booking.id, job, booking.application_id, story.bob.id, story.bob.email)),
        (JOBS, job, (job, story.alice.id, story.alice.email)),
        (PAYMENTS, payment.id, (payment.id, booking.id, payment.provider_id, payment.charge_id, story.alice.email)),
        (PAYOUTS, payout, (payout, booking.id, story.bob.id, story.bob.email, payment.charge_id)),
    ):
        for text in texts:
            assert ids(database, noun, text) == [wanted], (noun.name, text)
    assert set(ids(database, JOBS, "A TAP")) == {job, other.booking.job_id}
    assert set(ids(database, BOOKINGS, "x a t")) == {booking.id, other.booking.id}


def test_wildcards_and_what_is_unknown_find_nothing(database: Database, clock: Clock) -> None:
    story = hired(database, clock)
    for noun in LISTED:
        for text in ("%", "_", "/", "'", "pi_unknown", "nobody@example.com", "acc_0000000000000000000000000"):
            assert text in ("_", "/") or ids(database, noun, text) == [], (noun.name, text)
    assert ids(database, ACCOUNTS, "a_") == [story.alice.id], "the underscore is itself"
    assert ids(database, PAYMENTS, story.booking.job_id) == [], "payments have no job"


def test_lists_go_by_status_and_page_by_page(database: Database, clock: Clock) -> None:
    made = [hired(database, clock).booking.id for _ in range(5)]
    newest = sorted(made, reverse=True)
    assert ids(database, BOOKINGS, most=3) == newest[:3]
    assert ids(database, BOOKINGS, before=newest[2]) == newest[3:]
    assert ids(database, BOOKINGS, status="funded") == []
    assert ids(database, BOOKINGS, status="awaiting_payment") == newest


def test_a_booking_is_shown_with_its_history_money_parts_and_tasks(database: Database, clock: Clock) -> None:
    story, payment = paid(database, clock)
    approved(database, clock, story)
    found = database.read(lambda c: show(c, BOOKINGS, story.booking.id))
    assert found.fields["status"] == "approved"
    assert [change.to_status for change in found.history][:2] == ["awaiting_payment", "funded"]
    assert [item["id"] for item in found.related["payments"]] == [payment.id]
    assert [item["booking_id"] for item in found.related["payouts"]] == [story.booking.id]
    assert {"capture", "release_worker"} <= {posted.code for posted in found.transfers}
    assert [(owed.account, owed.amount_minor) for owed in found.balances] == [(f"held:{story.booking.id}", 0)]
    assert "bookings.expire" in {task.task for task in found.tasks}


def test_an_account_is_shown_with_what_it_has_to_do_with(database: Database, clock: Clock) -> None:
    story, payment = paid(database, clock)
    client = database.read(lambda c: show(c, ACCOUNTS, story.alice.id))
    assert {name: [i["id"] for i in items] for name, items in client.related.items()} == {
        "jobs": [story.booking.job_id],
        "bookings": [story.booking.id],
        "payments": [payment.id],
    }
    assert "password_hash" not in client.fields
    assert "client_secret" not in database.read(lambda c: show(c, PAYMENTS, payment.id)).fields
    worker = database.read(lambda c: show(c, ACCOUNTS, story.bob.id))
    assert set(worker.related) == {"applications", "bookings"}


def test_what_is_not_there_is_not_shown(database: Database) -> None:
    for noun in LISTED:
        with pytest.raises(NotFound):
            database.read(lambda c, noun=noun: show(c, noun, f"{noun.prefix}_0000000000000000000000000"))
