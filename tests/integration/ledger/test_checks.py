"""The books are held against each other: often over what is new, daily over everything, and beside everybody's work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, update
from structlog.testing import capture_logs

from domain.cause import Cause
from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from domain.ledger.tables import balance
from domain.ledger.totals import totals
from domain.oversight.ledger_checks.check import SETTLED, Finding, Scope, look, prune, record
from domain.oversight.ledger_checks.read import last, totals_now
from domain.payments.tables import payment
from domain.platform.maintenance.work import CheckInvariants
from tasks.app import app  # noqa: F401 - importing it declares every task
from tests.scene import Scene

_dearer = update(payment).where(payment.c.id == bindparam("payment_id")).values(amount_minor=payment.c.amount_minor + 1)
_richer = update(balance).where(balance.c.account == bindparam("of")).values(amount_minor=balance.c.amount_minor + 1)


def check(scene: Scene, scope: Scope = Scope.RECENT) -> Finding:
    """As the schedule does it, five minutes after the one before."""
    scene.clock.forward(minutes=5)
    found = scene.look(look, scene.clock(), scope)
    scene.do("system", record, found)
    return found


def test_totals_are_carried_on_from_check_to_check(scene: Scene) -> None:
    for _ in range(4):
        story, _payment = scene.paid()
        scene.approved(story)
        assert check(scene).sentences == []
        assert scene.look(totals_now) == scene.look(totals)
    latest = scene.look(last)
    assert latest is not None
    assert latest.totals != []
    assert latest.through < latest.seen
    assert check(scene, Scope.EVERYTHING).sentences == []
    assert scene.look(totals_now) == scene.look(totals)


def test_nothing_is_taken_for_settled_that_was_seen_a_moment_ago(scene: Scene) -> None:
    scene.paid()
    first = check(scene)
    again = scene.look(look, first.at + SETTLED - timedelta(microseconds=1), Scope.RECENT)
    later = scene.look(look, first.at + SETTLED, Scope.RECENT)
    assert (again.through, later.through) == ("", first.seen)


def test_the_first_check_is_of_everything(scene: Scene) -> None:
    _, broken = scene.paid()
    scene.put(_dearer, payment_id=broken.id)
    assert [broken.id in sentence for sentence in check(scene).sentences] == [True]


def test_what_is_new_is_checked_often_and_what_is_old_daily(scene: Scene) -> None:
    _, old = scene.paid()
    for _ in range(3):
        check(scene)
        scene.paid()
    _, new = scene.paid()
    for broken in (old, new):
        scene.put(_dearer, payment_id=broken.id)
    recent, everything = (check(scene, scope).sentences for scope in Scope)
    assert [new.id in sentence for sentence in recent] == [True]
    assert sorted(old.id in sentence for sentence in everything) == [False, True]


def test_an_account_that_was_posted_to_is_held_against_its_transfers(scene: Scene) -> None:
    for _ in range(3):
        check(scene)
    story, _ = scene.paid()
    account = f"held:{story.booking.id}"
    scene.put(_richer, of=account)
    said = check(scene).sentences
    assert f"balance {account} usd: the row says 9001, the transfers 9000" in said


def test_totals_that_were_carried_on_wrongly_are_a_breach(scene: Scene) -> None:
    story, _ = scene.paid()
    for _ in range(2):
        check(scene)
    late = Transfer(
        debit=chart.held(story.booking.id),
        credit=chart.TAX,
        amount_minor=5,
        currency="usd",
        code=Code.RELEASE_TAX,
        unique_key="x",
        cause_id="x",
    )
    early = Cause(scene.clock(), "system", "cor_x", lambda prefix: f"{prefix}_0")
    scene.database.write(lambda c: post(c, early, [late]))
    said = check(scene, Scope.EVERYTHING).sentences
    assert "total tax usd: carried on it is 0, the transfers say 5" in said


def test_the_task_says_what_is_broken_and_keeps_it(scene: Scene) -> None:
    _, broken = scene.paid()
    scene.put(_dearer, payment_id=broken.id)
    scene.queue(CheckInvariants(everything=True))
    with capture_logs() as lines:
        scene.work()
    said = [line["breach"] for line in lines if line["event"] == "invariant broken"]
    assert [broken.id in sentence for sentence in said] == [True]
    kept = scene.look(last, Scope.EVERYTHING)
    assert kept is not None
    assert kept.sentences == said


def test_somebody_writes_while_the_books_are_checked(scene: Scene) -> None:
    scene.paid()
    before, _, after = scene.database.read(
        lambda c: (look(c, scene.clock(), Scope.EVERYTHING), scene.paid(), look(c, scene.clock(), Scope.EVERYTHING))
    )
    assert before == after, "one snapshot, however long it takes"


def test_the_exporter_tells_what_the_last_checks_found(scene: Scene) -> None:
    assert scene.metric("ledger_breaches", scope="recent") is None
    _, broken = scene.paid()
    scene.put(_dearer, payment_id=broken.id)
    check(scene)
    scene.clock.forward(seconds=7)
    assert scene.metric("ledger_breaches", scope="recent") == 1
    assert scene.metric("ledger_check_age_seconds", scope="recent") == 7
    assert scene.metric("ledger_minor", account="held", currency="usd") == 9_000


def test_old_checks_are_forgotten(scene: Scene) -> None:
    for _ in range(3):
        check(scene)
    assert scene.database.write(lambda c: prune(c, before=scene.clock())) == 2
    assert scene.look(last) is not None
