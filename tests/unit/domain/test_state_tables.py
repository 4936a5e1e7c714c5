"""Each table of transitions is whole: every status has a row, every target is a status, and ends are ends."""

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
from domain.payments.states import OPEN, UNSETTLED, PaymentStatus
from domain.payouts import states as payouts
from domain.payouts.accounts import states as payout_accounts

TABLES = {
    "account": (accounts.AccountStatus, accounts.TRANSITIONS),
    "job": (jobs.JobStatus, jobs.TRANSITIONS),
    "application": (applications.ApplicationStatus, applications.TRANSITIONS),
    "offer": (offers.OfferStatus, offers.TRANSITIONS),
    "reschedule": (reschedules.RescheduleStatus, reschedules.TRANSITIONS),
    "booking": (bookings.BookingStatus, bookings.TRANSITIONS),
    "review": (reviews.ReviewStatus, reviews.TRANSITIONS),
    "report": (reviews.ReportStatus, reviews.REPORT_TRANSITIONS),
    "service token": (service_tokens.ServiceTokenStatus, service_tokens.TRANSITIONS),
    "session": (sessions.SessionStatus, sessions.TRANSITIONS),
    "payment": (payments.PaymentStatus, payments.TRANSITIONS),
    "refund": (refunds.RefundStatus, refunds.TRANSITIONS),
    "delivery": (deliveries.DeliveryStatus, deliveries.TRANSITIONS),
    "payout account": (payout_accounts.PayoutAccountStatus, payout_accounts.TRANSITIONS),
    "payout": (payouts.PayoutStatus, payouts.TRANSITIONS),
}


@pytest.mark.parametrize("noun", sorted(TABLES))
def test_every_status_has_a_row_and_never_leads_to_itself(noun: str) -> None:
    statuses, table = TABLES[noun]
    assert set(table) == set(statuses)
    assert all(status not in targets for status, targets in table.items())


@pytest.mark.parametrize("noun", sorted(TABLES))
def test_every_status_but_the_first_can_be_reached(noun: str) -> None:
    statuses, table = TABLES[noun]
    first: StrEnum = next(iter(statuses))
    reached, frontier = {first}, [first]
    while frontier:
        for target in table[frontier.pop()] - reached:
            reached.add(target)
            frontier.append(target)
    assert reached == set(statuses)


def test_nothing_leads_out_of_a_capture_and_every_payment_can_reach_it() -> None:
    table = payments.TRANSITIONS
    assert table[PaymentStatus.CAPTURED] == frozenset()
    assert all(PaymentStatus.CAPTURED in table[s] for s in PaymentStatus if s is not PaymentStatus.CAPTURED)


def test_what_waits_for_the_provider_is_open() -> None:
    assert set(UNSETTLED) < set(OPEN)
