"""The one way into a payment's status: every status meets every outcome."""

from __future__ import annotations

from itertools import product
from typing import Any

import msgspec
import pytest
from sqlalchemy import bindparam, update

from domain.bookings import read as bookings
from domain.bookings.states import BookingStatus
from domain.bookings.tables import booking
from domain.errors import NotFound
from domain.history.read import changes
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.ledger.read import Balance
from domain.payments import read
from domain.payments.ports import Cancelled, Captured, Declined, Outcome, Processing, RequiresAction
from domain.payments.read import Payment
from domain.payments.record_outcome import record_outcome
from domain.payments.states import OPEN, TRANSITIONS, PaymentStatus
from domain.payments.submit import to_ask, to_withdraw
from domain.payments.tables import payment
from domain.payments.work import Ask, Withdraw
from tests.contents import unchanged
from tests.scene import Scene
from tests.story import Story
from tests.trial_balance import trial_balance

CAPTURED = Captured(provider_id="pi_1", charge_id="ch_1", amount_minor=9_000, currency="usd", fee_minor=291)
OUTCOMES: dict[PaymentStatus, Outcome] = {
    PaymentStatus.CAPTURED: CAPTURED,
    PaymentStatus.REQUIRES_ACTION: RequiresAction(provider_id="pi_1", client_secret="s", next_action_url="https://x"),
    PaymentStatus.PROCESSING: Processing(provider_id="pi_1"),
    PaymentStatus.DECLINED: Declined(provider_id="pi_1", code="card_declined", message="No."),
    PaymentStatus.CANCELLED: Cancelled(provider_id="pi_1"),
}
_put = update(payment).where(payment.c.id == bindparam("payment_id")).values(status=bindparam("after"))
_put_known = (
    update(payment)
    .where(payment.c.id == bindparam("payment_id"))
    .values(provider_id="pi_1", submitted_at=payment.c.created_at)
)
_put_booking = update(booking).where(booking.c.id == bindparam("booking_id")).values(status=bindparam("after"))


def tell(scene: Scene, payment_id: str, outcome: Outcome) -> bool:
    return scene.do("stripe", record_outcome, payment_id, outcome)


def in_status(scene: Scene, status: PaymentStatus, method: str | None) -> Payment:
    """A payment that came into a status; into an end by the outcome that ends it there."""
    made = scene.accepted(method=method)
    if status in (PaymentStatus.CAPTURED, PaymentStatus.CANCELLED, PaymentStatus.DECLINED) and (
        method is not None or status != PaymentStatus.DECLINED
    ):
        tell(scene, made.id, OUTCOMES[status])
    elif status != PaymentStatus.ACCEPTED:
        scene.put(_put, payment_id=made.id, after=status.value)
    return find(scene, made.id)


def find(scene: Scene, payment_id: str) -> Payment:
    return scene.look(read.by_id, payment_id)


@pytest.mark.parametrize("method", ["pm_card_visa", None], ids=["confirmed by us", "confirmed by the client"])
def test_every_status_meets_every_outcome(scene: Scene, method: str | None) -> None:
    for before, (after, outcome) in product(PaymentStatus, OUTCOMES.items()):
        case = (before, after, method)
        found = in_status(scene, before, method)
        if method is None and before in OPEN and after is PaymentStatus.DECLINED:
            assert tell(scene, found.id, outcome), case
            noted = find(scene, found.id)
            assert (noted.status, noted.error_code, noted.settled_at) == (before, "card_declined", None), case
            with unchanged(scene.database, case):
                assert not tell(scene, found.id, outcome), case
        elif after in TRANSITIONS[before]:
            assert tell(scene, found.id, outcome), case
            moved = find(scene, found.id)
            assert moved.status == after, case
            assert (moved.settled_at is None) == (after in OPEN), case
            last = scene.look(changes, found.id)[-1]
            assert (last.from_status, last.to_status, last.actor) == (before, after, "stripe"), case
            with unchanged(scene.database, (*case, "again")):
                assert not tell(scene, found.id, outcome), case
        else:
            with unchanged(scene.database, case):
                assert not tell(scene, found.id, outcome), case
    assert scene.breaches() == []


def test_a_payment_that_is_not_ours(scene: Scene) -> None:
    with unchanged(scene.database), pytest.raises(NotFound):
        tell(scene, "pay_nobody", CAPTURED)


@pytest.mark.parametrize("status", [s for s in BookingStatus if s is not BookingStatus.AWAITING_PAYMENT])
def test_a_capture_for_a_booking_that_takes_none_is_kept_apart(scene: Scene, status: BookingStatus) -> None:
    story = scene.hired()
    made = scene.accepted(story)
    scene.put(_put_booking, booking_id=story.booking.id, after=status.value)
    assert tell(scene, made.id, CAPTURED)
    assert scene.look(bookings.by_id, story.booking.id).status == status
    assert set(scene.look(trial_balance)) >= {
        Balance(f"unapplied:{made.id}", "usd", 9_000),
        Balance("clearing:stripe", "usd", 9_000 - 291),
        Balance("provider_fee", "usd", 291),
    }


def late(scene: Scene) -> tuple[Story, Payment, Payment]:
    """Two payments for one booking: the first was declined, and is captured all the same."""
    story = scene.hired()
    first = scene.accepted(story, key="k1")
    tell(scene, first.id, OUTCOMES[PaymentStatus.DECLINED])
    second = scene.accepted(story, key="k2")
    return story, first, second


def test_of_two_captures_the_first_funds_and_the_second_is_kept_apart(scene: Scene) -> None:
    for order in (0, 1):
        story, *two = late(scene)
        funds, spare = two[order], two[1 - order]
        for each in (funds, spare):
            assert tell(scene, each.id, CAPTURED)
        balances = scene.balances()
        assert balances[f"held:{story.booking.id}"] == 9_000
        assert balances[f"unapplied:{spare.id}"] == 9_000
        assert f"unapplied:{funds.id}" not in balances
    assert scene.breaches() == []


def test_a_word_without_the_fee_makes_us_ask_once_and_one_with_it_spares_the_asking(scene: Scene) -> None:
    silent = Captured(provider_id="pi_1", charge_id="ch_1", amount_minor=9_000, currency="usd")

    def asked(payment_id: str) -> int:
        rows = scene.tasks("payments.ask")
        return sum(payment_id in row.args for row in rows)

    first = scene.accepted()
    for _ in range(3):
        tell(scene, first.id, silent)
    assert asked(first.id) == 1
    second = scene.accepted()
    tell(scene, second.id, CAPTURED)
    tell(scene, second.id, silent)
    assert asked(second.id) == 0


@pytest.mark.parametrize(("amount_minor", "currency"), [(8_999, "usd"), (9_000, "eur")])
def test_a_booking_that_is_funded_by_another_capture_is_a_breach(
    scene: Scene, amount_minor: int, currency: str
) -> None:
    """No use case does that: an earlier release did."""
    made = scene.accepted()
    capture = Transfer(
        debit="clearing:stripe",
        credit=f"held:{made.booking_id}",
        amount_minor=amount_minor,
        currency=currency,
        code=Code.CAPTURE,
        unique_key=f"capture:{made.id}",
        cause_id=made.id,
        booking_id=made.booking_id,
    )
    scene.do("stripe", post, [capture])
    scene.put(_put, payment_id=made.id, after="captured")
    scene.put(_put_booking, booking_id=made.booking_id, after="funded")
    found = scene.breaches()
    assert any(made.id in sentence for sentence in found)
    assert any(made.booking_id in sentence for sentence in found)


def of_another(outcome: Outcome) -> Outcome:
    """The same of another of the provider's payments for the same order."""
    other: Outcome = msgspec.structs.replace(outcome, provider_id="pi_2")
    return msgspec.structs.replace(other, charge_id="ch_2") if isinstance(other, Captured) else other


def queued(scene: Scene, task: str) -> list[dict[str, Any]]:
    rows = scene.tasks(task)
    return [msgspec.json.decode(row.args) for row in rows]


def known_as(scene: Scene, status: PaymentStatus) -> Payment:
    """A payment in a status, as the provider's pi_1."""
    found = in_status(scene, status, "pm_card_visa")
    scene.put(_put_known, payment_id=found.id)
    return find(scene, found.id)


@pytest.mark.parametrize("after", [PaymentStatus.DECLINED, PaymentStatus.CANCELLED])
def test_the_end_of_another_of_the_providers_payments_is_not_the_end_of_ours(
    scene: Scene, after: PaymentStatus
) -> None:
    for before in PaymentStatus:
        found = known_as(scene, before)
        with unchanged(scene.database, before):
            assert not tell(scene, found.id, of_another(OUTCOMES[after])), before


@pytest.mark.parametrize("before", [PaymentStatus.REQUIRES_ACTION, PaymentStatus.PROCESSING])
def test_whoever_has_the_secret_of_the_one_before_cannot_pay_twice(scene: Scene, before: PaymentStatus) -> None:
    found = known_as(scene, before)
    assert tell(scene, found.id, of_another(CAPTURED))
    assert (find(scene, found.id).status, find(scene, found.id).provider_id) == ("captured", "pi_2")
    (asked,) = queued(scene, "payments.withdraw")
    assert (asked["payment_id"], asked["provider_id"]) == (found.id, "pi_1")
    order = scene.do("-", to_withdraw, Withdraw(payment_id=found.id, provider_id="pi_1"))
    assert order is not None
    assert (order.payment_id, order.provider_id) == (found.id, "pi_1")
    with unchanged(scene.database):
        assert not tell(scene, found.id, OUTCOMES[PaymentStatus.CANCELLED])


def test_a_second_charge_is_kept_apart_and_is_to_go_back(scene: Scene) -> None:
    found = in_status(scene, PaymentStatus.CAPTURED, "pm_card_visa")
    event = msgspec.structs.replace(of_another(CAPTURED), fee_minor=None)
    assert tell(scene, found.id, event)
    assert tell(scene, found.id, of_another(CAPTURED))  # the answer to the question for its fee
    for word in (event, of_another(CAPTURED), CAPTURED):
        with unchanged(scene.database, word):
            assert not tell(scene, found.id, word)
    assert set(scene.look(trial_balance)) == {
        Balance("unapplied:pi_2", "usd", 9_000),
        Balance(f"held:{found.booking_id}", "usd", 9_000),
        Balance("clearing:stripe", "usd", 2 * (9_000 - 291)),
        Balance("provider_fee", "usd", 2 * 291),
    }
    assert find(scene, found.id) == found
    ((refund,), (ask,)) = queued(scene, "refunds.second_charge"), queued(scene, "payments.ask")
    assert (refund["payment_id"], refund["charged_as"]) == (found.id, "pi_2")
    assert (ask["payment_id"], ask["provider_id"]) == (found.id, "pi_2")
    assert scene.do("-", to_ask, Ask(payment_id=found.id, provider_id="pi_2")) is None
    assert scene.breaches() == []
