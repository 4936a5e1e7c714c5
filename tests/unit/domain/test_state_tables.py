"""Each state table is whole: every state has a row, every target is a state, and ends are ends."""

from enum import StrEnum

import pytest

from domain.announcements.deliveries import states as deliveries
from domain.bookings import states as bookings
from domain.bookings.reschedules import states as reschedules
from domain.bookings.reviews import states as reviews
from domain.identity.accounts import states as accounts
from domain.identity.service_tokens import states as service_tokens
from domain.identity.sessions import states as sessions
from domain.marketplace.applications import states as applications
from domain.marketplace.jobs import states as jobs
from domain.marketplace.offers import states as offers
from domain.payments import states as payments
from domain.payments.refunds import states as refunds
from domain.payments.states import OPEN, UNSETTLED, PaymentState
from domain.payouts import states as payouts
from domain.payouts.accounts import states as payout_accounts

TABLES = {
    "account": (accounts.AccountState, accounts.TRANSITIONS),
    "job": (jobs.JobState, jobs.TRANSITIONS),
    "application": (applications.ApplicationState, applications.TRANSITIONS),
    "offer": (offers.OfferState, offers.TRANSITIONS),
    "reschedule": (reschedules.RescheduleState, reschedules.TRANSITIONS),
    "booking": (bookings.BookingState, bookings.TRANSITIONS),
    "review": (reviews.ReviewState, reviews.TRANSITIONS),
    "report": (reviews.ReportState, reviews.REPORT_TRANSITIONS),
    "service token": (service_tokens.ServiceTokenState, service_tokens.TRANSITIONS),
    "session": (sessions.SessionState, sessions.TRANSITIONS),
    "payment": (payments.PaymentState, payments.TRANSITIONS),
    "refund": (refunds.RefundState, refunds.TRANSITIONS),
    "delivery": (deliveries.DeliveryState, deliveries.TRANSITIONS),
    "payout account": (payout_accounts.PayoutAccountState, payout_accounts.TRANSITIONS),
    "payout": (payouts.PayoutState, payouts.TRANSITIONS),
}


@pytest.mark.parametrize("noun", sorted(TABLES))
def test_every_state_has_a_row_and_never_leads_to_itself(noun: str) -> None:
    states, table = TABLES[noun]
    assert set(table) == set(states)
    assert all(state not in targets for state, targets in table.items())


@pytest.mark.parametrize("noun", sorted(TABLES))
def test_every_state_but_the_first_can_be_reached(noun: str) -> None:
    states, table = TABLES[noun]
    first: StrEnum = next(iter(states))
    reached, frontier = {first}, [first]
    while frontier:
        for target in table[frontier.pop()] - reached:
            reached.add(target)
            frontier.append(target)
    assert reached == set(states)


def test_nothing_leads_out_of_a_capture_and_every_payment_can_reach_it() -> None:
    table = payments.TRANSITIONS
    assert table[PaymentState.CAPTURED] == frozenset()
    assert all(PaymentState.CAPTURED in table[s] for s in PaymentState if s is not PaymentState.CAPTURED)


def test_what_waits_for_the_provider_is_open() -> None:
    assert set(UNSETTLED) < set(OPEN)
