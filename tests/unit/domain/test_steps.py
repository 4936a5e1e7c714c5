"""What a refusal says about the next step is what the table of transitions allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import pytest

from domain.bookings import states as booking_states
from domain.bookings import steps as bookings
from domain.bookings.reschedules import states as reschedule_states
from domain.bookings.reschedules import steps as reschedules
from domain.bookings.reviews import states as review_states
from domain.bookings.reviews import steps as reviews
from domain.errors import Conflict
from domain.identity.accounts import states as account_states
from domain.identity.accounts import steps as accounts
from domain.marketplace.applications import states as application_states
from domain.marketplace.applications import steps as applications
from domain.marketplace.bargaining import steps as offers
from domain.marketplace.jobs import states as job_states
from domain.marketplace.jobs import steps as jobs
from domain.marketplace.offers import states as offer_states
from domain.payouts import states as payout_states
from domain.payouts import steps as payouts
from domain.steps import EITHER, Step, in_words, instead

Table = Mapping[StrEnum, frozenset[StrEnum]]
NOUNS: dict[str, tuple[Sequence[Step], Table]] = {
    "account": (accounts.STEPS, account_states.TRANSITIONS),
    "application": (applications.STEPS, application_states.TRANSITIONS),
    "booking": (bookings.STEPS, booking_states.TRANSITIONS),
    "job": (jobs.STEPS, job_states.TRANSITIONS),
    "offer": (offers.STEPS, offer_states.TRANSITIONS),
    "payout": (payouts.STEPS, payout_states.TRANSITIONS),
    "reschedule": (reschedules.STEPS, reschedule_states.TRANSITIONS),
    "review": (reviews.STEPS, review_states.TRANSITIONS),
    "report": (reviews.REPORT_STEPS, review_states.REPORT_TRANSITIONS),
}
S = booking_states.BookingStatus


@pytest.mark.parametrize("noun", NOUNS)
def test_every_step_is_in_the_table(noun: str) -> None:
    steps, table = NOUNS[noun]
    for step in steps:
        assert step.before, step
        for before in step.before:
            assert before in table, step
            assert step.after is None or step.after in table[before], (before, step)


@pytest.mark.parametrize("noun", NOUNS)
def test_every_sentence_names_a_step_that_can_be_taken_now(noun: str) -> None:
    steps, table = NOUNS[noun]
    for wanted in steps:
        for status in set(table) - set(wanted.before):
            named = [step for step in steps if instead(wanted, status, steps) in sentences(step, wanted)]
            if named:
                assert status in named[0].before, (wanted, status)
            else:
                assert instead(wanted, status, steps) in (
                    "This step is already taken.",
                    f"{wanted.doing.capitalize()} is possible only while it is "
                    f"{' or '.join(in_words(each) for each in wanted.before)}.",
                )


def sentences(first: Step, wanted: Step) -> tuple[str, str]:
    return f"{first.what.capitalize()} before {wanted.doing}.", f"The {first.by} has to {first.what} first."


@pytest.mark.parametrize(
    ("step", "status", "says"),
    [
        (bookings.COMPLETE, S.FUNDED, "The booking is funded. Start it before completing it."),
        (bookings.COMPLETE, S.AWAITING_PAYMENT, "The booking is awaiting payment. The client has to pay for it first."),
        (bookings.APPROVE, S.IN_PROGRESS, "The booking is in progress. The worker has to complete it first."),
        (bookings.APPROVE, S.AWAITING_PAYMENT, "The booking is awaiting payment. Pay for it before approving it."),
        (bookings.START, S.IN_PROGRESS, "The booking is in progress. This step is already taken."),
        (
            bookings.CANCEL,
            S.COMPLETED,
            "The booking is completed. Cancelling it is possible only while it is awaiting payment or funded.",
        ),
    ],
)
def test_a_refusal_names_the_status_and_what_to_do(step: Step, status: S, says: str) -> None:
    with pytest.raises(Conflict) as refused:
        bookings.require(step, status)
    assert (refused.value.code, refused.value.message) == ("booking_status", says)


def test_a_step_that_starts_in_the_status_is_not_refused() -> None:
    for step in bookings.STEPS:
        for status in step.before:
            bookings.require(step, status)


def test_a_step_of_the_same_role_is_an_order_and_another_roles_is_not() -> None:
    first = Step("open it", "opening it", EITHER, (S.FUNDED,), S.IN_PROGRESS)
    wanted = Step("close it", "closing it", "client", (S.IN_PROGRESS,), S.CANCELLED)
    assert instead(wanted, S.FUNDED, (first, wanted)) == "Open it before closing it."
