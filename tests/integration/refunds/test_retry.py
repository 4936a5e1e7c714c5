"""A refund that failed is said aloud, counted, and sent again by an operator, once."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from domain.errors import Conflict, NotFound
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments import read as payments
from domain.payments.refunds import overview, read
from domain.payments.refunds.read import Refund
from domain.payments.refunds.request import request_refund
from domain.payments.refunds.retry import retry
from domain.payments.refunds.states import RefundState
from gateways.testing import FakeRefunds
from runtime.database import Database
from tasks.execution import Engine
from tests.clock import Clock
from tests.contents import unchanged
from tests.metrics import sample
from tests.story import asked_back, balances, cause_of, paid, told_by
from tests.work_off import work_off


def failed(database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine) -> Refund:
    """One that the provider refused."""
    _, payment = paid(database, clock)
    made = asked_back(database, clock, payment)
    refunds.refuses = True
    work_off(worker)
    refunds.refuses = False
    found = database.read(lambda c: read.by_id(c, made.id))
    assert found.status == RefundState.FAILED
    return found


def again(database: Database, clock: Clock, refund_id: str) -> Refund:
    return database.write(lambda c: retry(c, cause_of(clock, "operator:ada"), refund_id))


def test_one_that_failed_is_sent_again_once(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    first = failed(database, clock, refunds, worker)
    held = balances(database)
    assert held[first.source] == 9_000
    assert sample(database, clock, "refunds_failed") == 1
    second = again(database, clock, first.id)
    assert (second.amount_minor, second.reason, second.status) == (9_000, "cancelled", "requested")
    assert sample(database, clock, "refunds_failed") == 0
    with unchanged(database):
        assert again(database, clock, first.id).id == second.id
    work_off(worker)
    assert (refunds.sent(first.id), refunds.sent(second.id)) == (0, 1)
    assert balances(database) == {"clearing:stripe": -291, "provider_fee": 291}
    with unchanged(database):
        assert again(database, clock, first.id).status == RefundState.SUCCEEDED
    listed = database.read(lambda c: overview.page(c, state="failed", before=None, most=5))
    assert [(row.id, row.error_code, row.again_as) for row in listed] == [
        (first.id, "charge_already_refunded", second.id)
    ]
    assert database.read(breaches) == []


def test_one_that_fails_again_waits_by_its_own_id(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    first = failed(database, clock, refunds, worker)
    refunds.refuses = True
    second = again(database, clock, first.id)
    work_off(worker)
    refunds.refuses = False
    assert sample(database, clock, "refunds_failed") == 1
    third = again(database, clock, second.id)
    assert again(database, clock, first.id).id == second.id
    work_off(worker)
    assert refunds.sent(third.id) == 1
    assert database.read(lambda c: read.standing_minor(c, first.payment_id)) == 9_000
    assert database.read(breaches) == []


def test_what_has_not_failed_is_not_sent_again(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    second = again(database, clock, failed(database, clock, refunds, worker).id)
    for _ in range(2):  # requested, then succeeded
        with unchanged(database), pytest.raises(Conflict) as refused:
            again(database, clock, second.id)
        assert refused.value.code == "refund_not_failed"
        work_off(worker)
    with unchanged(database), pytest.raises(NotFound):
        again(database, clock, "rfd_nothing")


def test_money_that_went_another_way_is_not_sent_again(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    first = failed(database, clock, refunds, worker)
    payment = database.read(lambda c: payments.by_id(c, first.payment_id))
    ada = cause_of(clock, "operator:ada")
    database.write(
        lambda c: request_refund(c, ada, payment, amount_minor=9_000, reason="by hand", unique_key="another")
    )
    with unchanged(database), pytest.raises(Conflict) as refused:
        again(database, clock, first.id)
    assert refused.value.code == "refund_exceeds_held"


def test_each_way_of_hearing_it_says_it_aloud(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    with capture_logs() as lines:
        first = failed(database, clock, refunds, worker)
        second = again(database, clock, first.id)
        work_off(worker)
        refunds.settle(second.id, succeed=False)
        told_by("stripe", database, clock, refunds.events[-1])
        work_off(worker)
    said = [line for line in lines if line["event"] == "a refund failed"]
    assert [(line["log_level"], line["refund"], line["code"]) for line in said] == [
        ("error", first.id, "charge_already_refunded"),
        ("error", second.id, "lost_or_stolen_card"),
    ]
    assert {line["payment"] for line in said} == {first.payment_id}
    assert {line["booking"] for line in said} == {first.booking_id}
    assert sample(database, clock, "refunds_failed") == 1
