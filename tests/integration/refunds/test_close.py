"""A refund that failed and must not be sent again is closed: who, why and from which money is on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import Conflict, DomainError, NotFound
from domain.history.read import changes
from domain.payments.refunds import overview, read
from domain.payments.refunds.close import PaidBy, close
from domain.payments.refunds.ports import Refunded, RefundFailed
from domain.payments.refunds.read import Refund
from domain.payments.refunds.record_outcome import record_outcome
from domain.payments.refunds.states import RefundStatus
from tests.contents import unchanged
from tests.integration.refunds.test_retry import again, failed
from tests.scene import Scene

WHY = "It was refunded in the dashboard."


def closed(scene: Scene, refund_id: str, paid_by: PaidBy = PaidBy.PROVIDER) -> Refund:
    return scene.do("operator:ada", close, refund_id, paid_by=paid_by, why=WHY)


@pytest.mark.parametrize(("paid_by", "account"), [(PaidBy.PROVIDER, "clearing:stripe"), (PaidBy.BANK, "platform_bank")])
def test_its_money_has_left_and_nobody_waits_any_more(scene: Scene, paid_by: PaidBy, account: str) -> None:
    first = failed(scene)
    before = scene.balances()
    assert scene.metric("refunds_failed") == 1
    assert closed(scene, first.id, paid_by).status == RefundStatus.CLOSED
    after = scene.balances()
    assert after.get(first.source, 0) == 0
    assert after.get(account, 0) == before.get(account, 0) - first.amount_minor
    assert scene.metric("refunds_failed") == 0
    assert scene.look(overview.page, status="failed", before=None, most=5) == []
    (row,) = scene.look(overview.page, status="closed", before=None, most=5)
    assert (row.id, row.closed_why) == (first.id, WHY)
    last = scene.look(changes, first.id)[-1]
    assert (last.from_status, last.to_status, last.actor) == ("failed", "closed", "operator:ada")
    assert scene.breaches() == []
    with unchanged(scene.database):
        assert closed(scene, first.id).status == RefundStatus.CLOSED


def test_what_was_closed_is_neither_sent_again_nor_moved_by_the_provider(scene: Scene) -> None:
    first = failed(scene)
    closed(scene, first.id)
    with unchanged(scene.database):
        with pytest.raises(Conflict) as refused:
            again(scene, first.id)
        assert refused.value.code == "refund_not_failed"
        for outcome in (Refunded(provider_id="re_1"), RefundFailed(provider_id="re_1", code="x", message="x")):
            assert not scene.do("stripe", record_outcome, first.id, outcome)
    scene.work()
    assert scene.refunds.sent(first.id) == 0


def test_what_was_sent_again_or_has_not_failed_is_not_closed(scene: Scene) -> None:
    first = failed(scene)
    second = again(scene, first.id)
    for refund_id, code in ((first.id, "refund_sent_again"), (second.id, "refund_not_failed")):
        with unchanged(scene.database), pytest.raises(Conflict) as refused:
            closed(scene, refund_id)
        assert refused.value.code == code
    with unchanged(scene.database), pytest.raises(NotFound):
        closed(scene, "rfd_nothing")


def test_either_it_is_sent_again_or_it_is_closed(scene: Scene) -> None:
    first = failed(scene)

    def one(n: int) -> str:
        try:
            return (again if n % 2 else closed)(scene, first.id).status
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(one, range(8)))
    assert found in ({"requested", "refund_sent_again"}, {"closed", "refund_not_failed"})
    status = scene.look(read.by_id, first.id).status
    assert status == ("closed" if "closed" in found else "failed")
    scene.work()
    assert scene.breaches() == []
