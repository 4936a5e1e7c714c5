"""Called off before the work starts: whatever was taken goes back, whenever it was taken."""

from __future__ import annotations

from domain.bookings import read
from domain.oversight.timeline import timeline
from domain.payments import read as payments
from domain.payments.refunds import read as refunds
from domain.settlement.cancel import cancel
from tests.scene import Scene
from tests.story import Story
from tests.work_off import unconfirmed

PRICE = 9_000


def called_off(scene: Scene, story: Story, by: str) -> None:
    scene.do(by, cancel, story.booking.id, note="Never mind.")


def sums_to_nothing(scene: Scene, story: Story) -> bool:
    """Nothing of the price is left anywhere; the providers' fees are spent."""
    kinds = {account.partition(":")[0] for account in scene.balances()}
    return kinds <= {"clearing", "provider_fee"} and scene.breaches() == []


def test_what_was_paid_goes_back_in_full_and_both_see_it(scene: Scene) -> None:
    for party in ("alice", "bob"):
        story = scene.hired()
        payment = scene.accepted(story)
        scene.work()
        called_off(scene, story, getattr(story, party).id)
        scene.work()
        (refund,) = scene.look(refunds.of_payment, payment.id)
        assert (refund.amount_minor, refund.status, refund.reason) == (PRICE, "succeeded", "cancelled")
        assert sums_to_nothing(scene, story)
        lines = scene.look(timeline, story.booking.id, story.bob.id, after=None, most=100)
        assert [(e.about, e.to_status) for e in lines if e.about in ("refund", "booking")] == [
            ("booking", "awaiting_payment"),
            ("booking", "funded"),
            ("booking", "cancelled"),
            ("refund", "requested"),
            ("refund", "submitting"),
            ("refund", "succeeded"),
        ]


def test_what_is_confirmed_after_it_was_called_off_goes_back_by_itself(scene: Scene) -> None:
    story, payment, secret = unconfirmed(scene.worker, scene.clock)
    called_off(scene, story, story.alice.id)
    scene.cards.confirm(secret, "pm_card_visa")  # faster than our withdrawal
    scene.work()
    scene.work(minutes=1)
    assert scene.look(payments.by_id, payment.id).status == "captured"
    assert scene.look(read.by_id, story.booking.id).status == "cancelled"
    (refund,) = scene.look(refunds.of_payment, payment.id)
    assert (refund.amount_minor, refund.status) == (PRICE, "succeeded")
    assert sums_to_nothing(scene, story)
