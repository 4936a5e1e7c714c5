"""Who is asked about: payments that wait for the provider's word, and that nobody is asking about already."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, update

from domain.payments.overdue import ask_about_overdue, submit_lost
from domain.payments.ports import Captured, Processing
from domain.payments.record_outcome import record_outcome
from domain.platform.maintenance.work import AskOverdue
from domain.platform.outbox.states import TaskStatus
from domain.platform.outbox.tables import outbox
from gateways.testing import Fault
from tests.scene import Scene

_dead = update(outbox).where(outbox.c.id == bindparam("row_id")).values(status=TaskStatus.DEAD.value)
_removed = delete(outbox).where(outbox.c.id == bindparam("row_id"))
MINUTE = timedelta(minutes=1)


def asked(scene: Scene) -> int:
    return scene.do("system", ask_about_overdue, before=scene.clock())


def give_up(scene: Scene, row_id: str) -> None:
    """As after its last attempt."""
    scene.put(_dead, row_id=row_id)


def submission(scene: Scene) -> str:
    return scene.task("payments.submit").id


def test_a_payment_whose_submission_is_open_asks_for_itself(scene: Scene) -> None:
    scene.accepted()
    scene.cards.fail_next(Fault.LOST_AFTER)
    scene.run(scene.task("payments.submit"))
    scene.clock.forward(minutes=2)
    assert asked(scene) == 0


def test_one_that_was_given_up_is_asked_about_once_until_there_is_an_answer(scene: Scene) -> None:
    payment = scene.accepted()
    scene.cards.fail_next(Fault.LOST_AFTER)
    scene.run(scene.task("payments.submit"))
    give_up(scene, submission(scene))
    scene.clock.forward(minutes=2)
    assert [asked(scene), asked(scene)] == [1, 0]

    scene.run(scene.task("payments.ask", status="pending"))
    row = scene.task("payments.ask")
    assert row.status == TaskStatus.DONE
    assert len(scene.cards.charges(payment.id)) == 1
    scene.clock.forward(minutes=2)
    assert asked(scene) == 0


def test_one_that_the_provider_is_processing_is_asked_about_until_it_is_settled(scene: Scene) -> None:
    payment = scene.accepted()
    scene.run(scene.task("payments.submit"))
    assert asked(scene) == 0  # captured

    other = scene.accepted(key="k2")
    rows = scene.tasks("payments.submit", status="pending")
    give_up(scene, rows[0].id)
    scene.do("stripe", record_outcome, other.id, Processing(provider_id="pi_2"))
    assert payment.id != other.id
    assert asked(scene) == 0  # it was never submitted by us
    captured = Captured(provider_id="pi_2", charge_id="ch_2", amount_minor=9_000, currency="usd", fee_minor=1)
    assert scene.do("stripe", record_outcome, other.id, captured)


def lose(scene: Scene) -> None:
    """As somebody would by hand, who has no business there."""
    scene.put(_removed, row_id=submission(scene))


def again(scene: Scene, before: datetime) -> list[str]:
    return scene.do("system", submit_lost, before=before)


def test_one_whose_submission_was_lost_is_submitted_once(scene: Scene) -> None:
    payment = scene.accepted()
    assert again(scene, scene.clock() + MINUTE) == []  # it is there
    lose(scene)
    assert again(scene, scene.clock() - MINUTE) == []  # too young for anybody to worry
    scene.clock.forward(minutes=2)
    assert [again(scene, scene.clock()), again(scene, scene.clock())] == [[payment.id], []]
    assert asked(scene) == 0
    scene.run(scene.task("payments.submit"))
    assert len(scene.cards.charges(payment.id)) == 1
    assert scene.breaches() == []
    assert again(scene, scene.clock() + MINUTE) == []


def test_one_that_was_given_up_waits_for_an_operator(scene: Scene) -> None:
    scene.accepted()
    give_up(scene, submission(scene))
    scene.clock.forward(minutes=2)
    assert again(scene, scene.clock()) == []


def test_many_who_look_at_once_queue_it_once(scene: Scene) -> None:
    payment = scene.accepted()
    lose(scene)
    scene.clock.forward(minutes=2)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: again(scene, scene.clock()), range(8)))
    assert sorted(found) == [[]] * 7 + [[payment.id]]
    assert submission(scene)


def test_the_reconciliation_does_it_by_the_clock(scene: Scene) -> None:
    payment = scene.accepted()
    lose(scene)
    scene.clock.forward(minutes=30)
    scene.queue(AskOverdue())
    scene.run(scene.task(AskOverdue.task))
    scene.run(scene.task("payments.submit"))
    assert len(scene.cards.charges(payment.id)) == 1
