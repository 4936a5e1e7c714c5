"""What a refusal says about the next step is what the table of transitions allows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from domain.bookings import steps as bookings
from domain.bookings.reschedules import steps as reschedules
from domain.bookings.reviews import steps as reviews
from domain.bookings.states import BookingStatus as S
from domain.errors import Conflict
from domain.identity.accounts import steps as accounts
from domain.marketplace.applications import steps as applications
from domain.marketplace.bargaining import steps as offers
from domain.marketplace.jobs import steps as jobs
from domain.payouts import steps as payouts
from domain.steps import EITHER, Step, in_words, instead
from tests.unit.domain.test_state_tables import TABLES

STEPS: dict[str, Sequence[Step]] = {
    "account": accounts.STEPS,
    "application": applications.STEPS,
    "booking": bookings.STEPS,
    "job": jobs.STEPS,
    "offer": offers.STEPS,
    "payout": payouts.STEPS,
    "reschedule": reschedules.STEPS,
    "review": reviews.STEPS,
    "report": reviews.REPORT_STEPS,
}


@pytest.mark.parametrize("noun", STEPS)
def test_every_step_is_in_the_table(noun: str) -> None:
    steps, (_, table) = STEPS[noun], TABLES[noun]
    for step in steps:
        assert step.before, step
        for before in step.before:
            assert before in table, step
            assert step.after is None or step.after in table[before], (before, step)


@pytest.mark.parametrize("noun", STEPS)
def test_every_sentence_names_a_step_that_can_be_taken_now(noun: str) -> None:
    steps, (_, table) = STEPS[noun], TABLES[noun]
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
