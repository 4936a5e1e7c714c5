"""An approved booking's money goes to the worker and to us, once."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from domain.bookings import read as bookings
from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.notifications.kinds import Kind
from domain.payouts import read as payouts
from domain.payouts.states import PayoutStatus
from domain.settlement.release import release
from tests.contents import unchanged
from tests.scene import Scene
from tests.story import Story


def again(scene: Scene, story: Story) -> None:
    scene.do("system", release, scene.look(bookings.by_id, story.booking.id))


def owes(scene: Scene, worker_id: str, amount_minor: int) -> None:
    """The worker was paid for something that the client got back."""
    debt = Transfer(
        debit=chart.worker_debt(worker_id),
        credit=chart.clearing("stripe"),
        amount_minor=amount_minor,
        currency="usd",
        code=Code.RECOVERED,
        unique_key=f"debt:{worker_id}",
        cause_id=worker_id,
    )
    scene.do("system", post, [debt])


def test_a_worked_example(scene: Scene) -> None:
    """90.00 paid: bob gets 81.00, we keep 9.00, of which Stripe has taken 2.91 already."""
    story, _ = scene.paid()
    assert scene.balances() == {
        f"held:{story.booking.id}": 9_000,
        "clearing:stripe": 9_000 - 291,
        "provider_fee": 291,
    }
    scene.approved(story)
    assert scene.balances() == {
        f"worker_payable:{story.bob.id}": 8_100,
        "platform_fee": 900,
        "clearing:stripe": 9_000 - 291,
        "provider_fee": 291,
    }
    assert scene.breaches() == []


def test_without_an_account_the_payout_waits_and_the_worker_is_told(scene: Scene) -> None:
    story, payment = scene.paid()
    scene.approved(story)
    made = scene.look(payouts.of_booking, story.booking.id)
    assert made is not None
    assert (made.status, made.amount_minor, made.worker_id) == (PayoutStatus.ON_HOLD, 8_100, story.bob.id)
    assert made.charge_id == payment.charge_id
    told = scene.tasks("notifications.deliver")
    assert sum(Kind.PAYOUT_ACCOUNT_NEEDED in row.args and story.bob.id in row.args for row in told) == 1


def test_a_second_release_changes_nothing(scene: Scene) -> None:
    story, _ = scene.paid()
    scene.approved(story)
    with unchanged(scene.database):
        again(scene, story)


def test_what_is_not_held_cannot_be_released(scene: Scene) -> None:
    story = scene.hired()
    with unchanged(scene.database), pytest.raises(IntegrityError):
        again(scene, story)


@pytest.mark.parametrize(("debt", "paid_out"), [(1, 8_099), (8_099, 1), (8_100, None), (9_999, None)])
def test_a_debt_is_settled_first(scene: Scene, debt: int, paid_out: int | None) -> None:
    story, _ = scene.paid()
    owes(scene, story.bob.id, debt)
    scene.approved(story)
    after = scene.balances()
    assert after.get(f"worker_debt:{story.bob.id}", 0) == max(0, debt - 8_100)
    assert after.get(f"worker_payable:{story.bob.id}") == paid_out
    made = scene.look(payouts.of_booking, story.booking.id)
    assert (made and made.amount_minor) == paid_out
    assert scene.breaches() == []
    with unchanged(scene.database):
        again(scene, story)
