"""A refund that failed and must not be sent again is closed: who, why and from which money is on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from domain.errors import Conflict, DomainError, NotFound
from domain.history.read import changes
from domain.oversight.ledger_checks.invariants import breaches
from domain.payments.refunds import overview, read
from domain.payments.refunds.close import PaidBy, close
from domain.payments.refunds.ports import Refunded, RefundFailed
from domain.payments.refunds.read import Refund
from domain.payments.refunds.record_outcome import record_outcome
from domain.payments.refunds.states import RefundState
from gateways.testing import FakeRefunds
from runtime.database import Database
from tasks.execution import Engine
from tests.clock import Clock
from tests.contents import unchanged
from tests.integration.refunds.test_retry import again, failed
from tests.metrics import sample
from tests.story import balances, cause_of
from tests.work_off import work_off

WHY = "It was refunded in the dashboard."


def closed(database: Database, clock: Clock, refund_id: str, paid_by: PaidBy = PaidBy.PROVIDER) -> Refund:
    return database.write(lambda c: close(c, cause_of(clock, "operator:ada"), refund_id, paid_by=paid_by, why=WHY))


@pytest.mark.parametrize(("paid_by", "account"), [(PaidBy.PROVIDER, "clearing:stripe"), (PaidBy.BANK, "platform_bank")])
def test_its_money_has_left_and_nobody_waits_any_more(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine, paid_by: PaidBy, account: str
) -> None:
    first = failed(database, clock, refunds, worker)
    before = balances(database)
    assert sample(database, clock, "refunds_failed") == 1
    assert closed(database, clock, first.id, paid_by).status == RefundState.CLOSED
    after = balances(database)
    assert after.get(first.source, 0) == 0
    assert after.get(account, 0) == before.get(account, 0) - first.amount_minor
    assert sample(database, clock, "refunds_failed") == 0
    assert database.read(lambda c: overview.page(c, state="failed", before=None, most=5)) == []
    (row,) = database.read(lambda c: overview.page(c, state="closed", before=None, most=5))
    assert (row.id, row.closed_why) == (first.id, WHY)
    last = database.read(lambda c: changes(c, first.id))[-1]
    assert (last.from_state, last.to_state, last.actor) == ("failed", "closed", "operator:ada")
    assert database.read(breaches) == []
    with unchanged(database):
        assert closed(database, clock, first.id).status == RefundState.CLOSED


def test_what_was_closed_is_neither_sent_again_nor_moved_by_the_provider(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    first = failed(database, clock, refunds, worker)
    closed(database, clock, first.id)
    cause = cause_of(clock, "stripe")
    with unchanged(database):
        with pytest.raises(Conflict) as refused:
            again(database, clock, first.id)
        assert refused.value.code == "refund_not_failed"
        for outcome in (Refunded(provider_id="re_1"), RefundFailed(provider_id="re_1", code="x", message="x")):
            assert not database.write(partial(record_outcome, cause=cause, refund_id=first.id, outcome=outcome))
    work_off(worker)
    assert refunds.sent(first.id) == 0


def test_what_was_sent_again_or_has_not_failed_is_not_closed(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    first = failed(database, clock, refunds, worker)
    second = again(database, clock, first.id)
    for refund_id, code in ((first.id, "refund_sent_again"), (second.id, "refund_not_failed")):
        with unchanged(database), pytest.raises(Conflict) as refused:
            closed(database, clock, refund_id)
        assert refused.value.code == code
    with unchanged(database), pytest.raises(NotFound):
        closed(database, clock, "rfd_nothing")


def test_either_it_is_sent_again_or_it_is_closed(
    database: Database, clock: Clock, refunds: FakeRefunds, worker: Engine
) -> None:
    first = failed(database, clock, refunds, worker)

    def one(n: int) -> str:
        try:
            return (again if n % 2 else closed)(database, clock, first.id).status
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(one, range(8)))
    assert found in ({"requested", "refund_sent_again"}, {"closed", "refund_not_failed"})
    status = database.read(lambda c: read.by_id(c, first.id)).status
    assert status == ("closed" if "closed" in found else "failed")
    work_off(worker)
    assert database.read(breaches) == []
