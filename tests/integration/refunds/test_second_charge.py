"""What the provider took of a payment that was captured already goes back to where it came from, once."""

from __future__ import annotations

from structlog.testing import capture_logs

from domain.oversight.ledger_checks.invariants import breaches
from domain.payments.ports import Captured
from domain.payments.read import Payment
from domain.payments.record_outcome import record_outcome as payment_outcome
from domain.payments.refunds import read
from domain.payments.refunds.overdue import refund_left_over
from domain.payments.refunds.retry import retry
from domain.payments.refunds.states import RefundState
from gateways.testing import FakeRefunds
from runtime.database import Database
from tasks.execution import Engine
from tests.clock import Clock
from tests.story import balances, cause_of, paid
from tests.work_off import work_off


def charged_again(database: Database, clock: Clock, payment: Payment, provider_id: str) -> None:
    """The provider took the money once more, by another payment of its own."""
    again = Captured(
        provider_id=provider_id, charge_id="ch_2", amount_minor=payment.amount_minor, currency="usd", fee_minor=291
    )
    database.write(lambda c: payment_outcome(c, cause_of(clock, "stripe"), payment.id, again))


def test_a_second_charge_goes_back_by_itself_and_the_first_stays(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    story, payment = paid(database, clock)
    second = refunds.captured(9_000)
    with capture_logs() as lines:
        for _ in range(3):
            charged_again(database, clock, payment, second)
            work_off(worker)
    said = [line for line in lines if line["event"] == "a payment was charged twice"]
    assert [(line["payment"], line["charged_as"], line["amount_minor"]) for line in said] == [
        (payment.id, second, 9_000)
    ]
    (made,) = database.read(lambda c: read.of_payment(c, payment.id))
    assert (made.status, made.amount_minor, made.reason) == (RefundState.SUCCEEDED, 9_000, "second_charge")
    assert refunds.left(second) == 0
    assert balances(database) == {
        f"held:{story.booking.id}": 9_000,
        "clearing:stripe": 9_000 - 2 * 291,
        "provider_fee": 2 * 291,
    }
    assert database.read(breaches) == []


def test_a_second_charge_whose_refund_failed_is_sent_again_from_where_it_is(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    _, payment = paid(database, clock)
    second = refunds.captured(9_000)
    refunds.refuses = True
    charged_again(database, clock, payment, second)
    work_off(worker)
    refunds.refuses = False
    (failed,) = database.read(lambda c: read.of_payment(c, payment.id))
    assert (failed.status, balances(database)[f"unapplied:{second}"]) == (RefundState.FAILED, 9_000)
    again = database.write(lambda c: retry(c, cause_of(clock, "operator:ada"), failed.id))
    work_off(worker)
    assert database.read(lambda c: read.by_id(c, again.id)).status == RefundState.SUCCEEDED
    assert refunds.left(second) == 0
    assert f"unapplied:{second}" not in balances(database)


def test_a_second_charge_whose_task_was_lost_is_found(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    _, payment = paid(database, clock)
    second = refunds.captured(9_000)
    charged_again(database, clock, payment, second)
    clock.forward(minutes=2)
    swept = [database.write(lambda c: refund_left_over(c, cause_of(clock, "system"), before=clock())) for _ in range(2)]
    assert swept == [1, 0]
    work_off(worker)
    (made,) = database.read(lambda c: read.of_payment(c, payment.id))
    assert (made.status, refunds.left(second)) == (RefundState.SUCCEEDED, 0)
