"""In whatever order, how often, and whether at all a payout's events come, and whatever answers are lost: the worker
is paid once, or the money is payable again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.payouts.states import PayoutState
from domain.payouts.work import Poll, PollPaid
from domain.platform.outbox import read as outbox
from domain.platform.outbox.enqueue import enqueue
from gateways.testing import FakeCards, FakePayoutAccounts, FakePayouts, Fault
from runtime.database import Database, open_database
from tests.clock import Clock
from tests.engines import engine
from tests.integration.payouts.scene import EARNED, Scene, scene
from tests.story import cause_of

LIVES: dict[str, list[str | None]] = {"paid": [None], "failed": ["account_closed"], "returned": [None, "returned"]}
"""What the bank says, one after the other; None: it has it."""
Order = list[tuple[int, bool]]
LOSABLE = (Fault.LOST_AFTER, Fault.LOST_BEFORE, Fault.STORED_AFTER, Fault.RATE_LIMITED)


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[str, list[Fault], Order]:
    """A life, what goes wrong with the first calls, and the events (by number) lost, once or up to three times, in any
    order; with each, whether all that waits is worked off before the next."""
    life = draw(st.sampled_from(sorted(LIVES)))
    faults = draw(st.lists(st.sampled_from(LOSABLE), max_size=3))
    numbers = [n for n in range(1 + len(LIVES[life])) for _ in range(draw(st.integers(0, 3)))]
    return life, faults, [(n, draw(st.booleans())) for n in draw(st.permutations(numbers))]


def live(database: Database, life: str, faults: list[Fault], order: Order) -> None:
    clock = Clock()
    accounts, payouts = FakePayoutAccounts(clock), FakePayouts(clock)
    with engine(database, clock, FakeCards(clock), accounts=accounts, payouts=payouts) as worker:
        stage = scene(database, clock, worker, accounts, payouts)
        stage.onboard()
        made = stage.earn()
        payouts.fail_next(*faults)
        told = 0
        for number, at_once in order:
            told = _happen(stage, life, number, told)
            if number < len(payouts.events):
                stage.deliver(payouts.events[number])
            clock.forward(seconds=1)
            if at_once:
                stage.work()
        stage.settle()
        while payouts.paid(made.id) + told and told < len(LIVES[life]):
            told = _happen(stage, life, told + 1, told)
        for _ in range(3):  # what never came is asked about
            clock.forward(days=1)
            for work in (Poll(), PollPaid()):
                database.write(lambda c, w=work: enqueue(c, cause_of(clock, "system"), w))
            stage.work()
        check(stage, life)


def _happen(stage: Scene, life: str, number: int, told: int) -> int:
    """The bank speaks before an event can tell of it; how often it has spoken."""
    if not stage.payouts.events:
        stage.settle()  # nothing was sent yet: the first attempts failed
    while told < number:
        stage.payouts.arrive(stage.payout().id, LIVES[life][told])
        told += 1
    return told


def check(stage: Scene, life: str) -> None:
    found, bob = stage.payout(), stage.story.bob.id
    assert stage.payouts.transfers(found.id) == 1
    assert stage.payouts.paid(found.id) == (life == "paid")
    if life == "paid":
        assert found.status == PayoutState.PAID
    else:
        # A bank's refusal that overtakes its acceptance is a failure, whatever it is told later.
        assert found.status in (PayoutState.FAILED, PayoutState.RETURNED)
        assert stage.heard("payout.failed") == 1
    assert stage.heard("payout.paid") == (life == "paid" or found.status == PayoutState.RETURNED)
    back = 0 if life == "paid" else EARNED
    assert (stage.balance(f"worker_payable:{bob}"), stage.balance(f"connected:{bob}")) == (back, back)
    assert stage.balance(f"payout_pending:{found.id}") == 0
    assert stage.breaches() == []
    rows = stage.database.read(lambda c: outbox.tasks(c, state=None, task=None, before=None, most=10_000))
    left = [
        row for row in rows if row.state != "done" and found.id in row.args
    ]  # other examples' payouts are there, too
    assert left == []


QUIET = settings(
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),  # the fixture's database is shared; each example has its own people
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    opened = open_database(postgres_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("life", sorted(LIVES))
def test_in_order_backwards_and_not_at_all(database: Database, life: str) -> None:
    numbers = range(1 + len(LIVES[life]))
    for order in ([(n, True) for n in numbers], [(n, False) for n in reversed(numbers)], []):
        live(database, life, [], order)


@settings(QUIET, max_examples=40)
@given(delivered=deliveries())
def test_any_order_any_number_of_times(sqlite_database: Database, delivered: tuple[str, list[Fault], Order]) -> None:
    live(sqlite_database, *delivered)


@settings(QUIET, max_examples=8)
@given(delivered=deliveries())
def test_any_order_on_postgresql(postgres_database: Database, delivered: tuple[str, list[Fault], Order]) -> None:
    live(postgres_database, *delivered)
