"""The books are held against each other: often over what is new, daily over everything, and beside everybody's work."""

from __future__ import annotations

from datetime import timedelta

from prometheus_client import CollectorRegistry
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
from domain.platform.outbox.enqueue import enqueue
from gateways.testing import FakeCards
from runtime.database import Database
from runtime.storage import Room
from tasks.app import app  # noqa: F401 - importing it declares every task
from tests.clock import Clock
from tests.engines import engine
from tests.story import approved, cause_of, paid
from tests.work_off import work_off
from workers.exporter import RowsCollector

_dearer = update(payment).where(payment.c.id == bindparam("payment_id")).values(amount_minor=payment.c.amount_minor + 1)
_richer = update(balance).where(balance.c.account == bindparam("of")).values(amount_minor=balance.c.amount_minor + 1)


def check(database: Database, clock: Clock, scope: Scope = Scope.RECENT) -> Finding:
    """As the schedule does it, five minutes after the one before."""
    clock.forward(minutes=5)
    found = database.read(lambda c: look(c, clock(), scope))
    database.write(lambda c: record(c, cause_of(clock, "system"), found))
    return found


def test_totals_are_carried_on_from_check_to_check(database: Database, clock: Clock) -> None:
    for _ in range(4):
        story, _payment = paid(database, clock)
        approved(database, clock, story)
        assert check(database, clock).sentences == []
        assert database.read(totals_now) == database.read(totals)
    latest = database.read(last)
    assert latest is not None
    assert latest.totals != []
    assert latest.through < latest.seen
    assert check(database, clock, Scope.EVERYTHING).sentences == []
    assert database.read(totals_now) == database.read(totals)


def test_nothing_is_taken_for_settled_that_was_seen_a_moment_ago(database: Database, clock: Clock) -> None:
    paid(database, clock)
    first = check(database, clock)
    again = database.read(lambda c: look(c, first.at + SETTLED - timedelta(microseconds=1), Scope.RECENT))
    later = database.read(lambda c: look(c, first.at + SETTLED, Scope.RECENT))
    assert (again.through, later.through) == ("", first.seen)


def test_the_first_check_is_of_everything(database: Database, clock: Clock) -> None:
    _, broken = paid(database, clock)
    database.write(lambda c: c.run(_dearer, payment_id=broken.id))
    assert [broken.id in sentence for sentence in check(database, clock).sentences] == [True]


def test_what_is_new_is_checked_often_and_what_is_old_daily(database: Database, clock: Clock) -> None:
    _, old = paid(database, clock)
    for _ in range(3):
        check(database, clock)
        paid(database, clock)
    _, new = paid(database, clock)
    for broken in (old, new):
        database.write(lambda c, of=broken.id: c.run(_dearer, payment_id=of))
    recent, everything = (check(database, clock, scope).sentences for scope in Scope)
    assert [new.id in sentence for sentence in recent] == [True]
    assert sorted(old.id in sentence for sentence in everything) == [False, True]


def test_an_account_that_was_posted_to_is_held_against_its_transfers(database: Database, clock: Clock) -> None:
    for _ in range(3):
        check(database, clock)
    story, _ = paid(database, clock)
    account = f"held:{story.booking.id}"
    database.write(lambda c: c.run(_richer, of=account))
    said = check(database, clock).sentences
    assert f"balance {account} usd: the row says 9001, the transfers 9000" in said


def test_totals_that_were_carried_on_wrongly_are_a_breach(database: Database, clock: Clock) -> None:
    story, _ = paid(database, clock)
    for _ in range(2):
        check(database, clock)
    late = Transfer(
        debit=chart.held(story.booking.id),
        credit=chart.TAX,
        amount_minor=5,
        currency="usd",
        code=Code.RELEASE_TAX,
        unique_key="x",
        cause_id="x",
    )
    early = Cause(clock(), "system", "cor_x", lambda prefix: f"{prefix}_0")
    database.write(lambda c: post(c, early, [late]))
    said = check(database, clock, Scope.EVERYTHING).sentences
    assert "total tax usd: carried on it is 0, the transfers say 5" in said


def test_the_task_says_what_is_broken_and_keeps_it(database: Database, clock: Clock) -> None:
    _, broken = paid(database, clock)
    database.write(lambda c: c.run(_dearer, payment_id=broken.id))
    work = CheckInvariants(everything=True)
    database.write(lambda c: enqueue(c, cause_of(clock, "system"), work))
    with capture_logs() as lines, engine(database, clock, FakeCards(clock)) as worker:
        work_off(worker)
    said = [line["breach"] for line in lines if line["event"] == "invariant broken"]
    assert [broken.id in sentence for sentence in said] == [True]
    kept = database.read(lambda c: last(c, Scope.EVERYTHING))
    assert kept is not None
    assert kept.sentences == said


def test_somebody_writes_while_the_books_are_checked(database: Database, clock: Clock) -> None:
    paid(database, clock)
    before, _, after = database.read(
        lambda c: (look(c, clock(), Scope.EVERYTHING), paid(database, clock), look(c, clock(), Scope.EVERYTHING))
    )
    assert before == after, "one snapshot, however long it takes"


def test_the_exporter_tells_what_the_last_checks_found(database: Database, clock: Clock) -> None:
    registry = CollectorRegistry()
    registry.register(RowsCollector(database, clock, timedelta(seconds=15), lambda: Room("ok", 1 << 40, "/")))
    assert registry.get_sample_value("ledger_breaches", {"scope": "recent"}) is None
    _, broken = paid(database, clock)
    database.write(lambda c: c.run(_dearer, payment_id=broken.id))
    check(database, clock)
    clock.forward(seconds=7)
    assert registry.get_sample_value("ledger_breaches", {"scope": "recent"}) == 1
    assert registry.get_sample_value("ledger_check_age_seconds", {"scope": "recent"}) == 7
    assert registry.get_sample_value("ledger_minor", {"account": "held", "currency": "usd"}) == 9_000


def test_old_checks_are_forgotten(database: Database, clock: Clock) -> None:
    for _ in range(3):
        check(database, clock)
    assert database.write(lambda c: prune(c, before=clock())) == 2
    assert database.read(last) is not None
