"""The end of every story: all that people still owe each other is done, by a provider that is well, and then the
books of both must say the same and nothing may be open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.cause import SYSTEM
from domain.database import Connection
from domain.payments import read as payments
from domain.payments.refunds.request import request_refund
from domain.payments.refunds.work import Sweep
from domain.payouts.accounts.work import Poll as PollAccounts
from domain.payouts.work import Poll as PollPayouts
from domain.payouts.work import PollPaid
from domain.platform.maintenance.work import AskOverdue, FetchEvents
from domain.platform.queues import QUEUES
from tests.integration.market.invariants import wrong
from tests.integration.market.law import ACTIONS
from tests.integration.market.seen import Seen
from tests.integration.market.world import World

SCHEDULED = (FetchEvents(provider="stripe"), AskOverdue(), Sweep(), PollPayouts(), PollPaid(), PollAccounts())
"""What beat would queue, and no noun's own task does."""
FATES = {"funded": "cancel", "in_progress": "complete", "completed": "approve"}
"""What becomes of a booking that was left where it was."""
ROUNDS = 40


def finish(world: World) -> None:
    """Everybody is reinstated.  Events that were not delivered by now never are: what they said has to be found out."""
    world.provider.be_well()
    for a in [a for a in world.look().account if a.status == "suspended"]:
        world.do(world.admin.id, lambda c, cause, a=a: ACTIONS["reinstate"].do(c, cause, a, 0))
    for _ in range(ROUNDS):
        world.take_back()
        for work in SCHEDULED:
            world.queue(work)
        world.work_off(QUEUES)
        _go_on(world, world.look())
        world.clock.forward(hours=13)
        if not any(_open(world.look())):
            break
    world.clock.forward(days=200)  # jobs that nobody was hired for end
    for _ in range(ROUNDS):
        world.take_back()
        world.work_off(QUEUES)
        world.clock.forward(days=1)
        if not world.look().open_tasks:
            break
    seen = world.look()
    found = [*wrong(world, seen), *_open(seen), *_differences(world, seen)]
    assert not found, found


def _go_on(world: World, seen: Seen) -> None:
    """Everybody does what others wait for."""
    for b in seen.booking:
        if b.status in FATES:
            verb = FATES[b.status]
            actor = b.worker_id if verb == "complete" else b.client_id
            world.do(actor, lambda c, cause, b=b, verb=verb: ACTIONS[verb].do(c, cause, b, 0))
    for p in seen.payment:
        world.provider.cards.settle(p.id, succeed=True)
    for r in seen.refund:
        if r.status == "processing":
            world.provider.refunds.settle(r.id, succeed=True)
    for source, payment_id, second in {
        (r.source, r.payment_id, r.charged_as): 0 for r in seen.refund if r.status == "failed"
    }:
        if left := seen.balances.get(source, 0):
            refund_by_hand(world, payment_id, left, second)
    for p in seen.payout:
        _pay_out(world, seen, p)


def refund_by_hand(world: World, payment_id: str, amount_minor: int, charged_as: str | None = None) -> None:
    """What an operator does with what a refund that failed has left."""
    key = world.new_id("again")

    def unit(connection: Connection, cause: Any) -> None:
        payment = payments.by_id(connection, payment_id)
        request_refund(
            connection,
            cause,
            payment,
            amount_minor=amount_minor,
            reason="again",
            unique_key=key,
            charged_as=charged_as,
        )

    world.do(SYSTEM, unit)


def _pay_out(world: World, seen: Seen, p: Any) -> None:
    account = seen.account_of(p.worker_id)
    if account is None:
        world.do(p.worker_id, lambda c, cause: ACTIONS["ask for account"].do(c, cause, None, 0))
    elif account.status != "ready":
        if account.provider_id is not None:
            world.provider.accounts.onboard(account.provider_id)
    elif p.status in ("failed", "returned"):
        world.do(p.worker_id, lambda c, cause: ACTIONS["retry payout"].do(c, cause, p, 0))
    elif p.status == "in_transit":
        world.provider.payouts.arrive(p.id)


def _open(seen: Seen) -> Iterator[str]:
    """What somebody still waits for, but for jobs that nobody was hired for."""
    ends = {
        "booking": ("approved", "cancelled", "expired"),
        "payment": ("captured", "declined", "cancelled"),
        "refund": ("succeeded", "failed"),
        "payout": ("paid",),
    }
    for noun, statuses in ends.items():
        for row in getattr(seen, noun):
            if row.status not in statuses:
                yield f"{row.id} is {row.status}"
    for account, amount in seen.balances.items():
        kind = account.partition(":")[0]
        if amount and kind in ("held", "unapplied", "refund_pending", "worker_payable", "payout_pending", "connected"):
            yield f"{amount} lie on {account}"


def _differences(world: World, seen: Seen) -> Iterator[str]:
    """Between the ledger and the provider's truth; and what is left to do."""
    provider = world.provider
    charges = [c for p in seen.payment for c in provider.cards.charges(p.id)]
    back = sum(provider.refunds.gone_minor(p.id) for p in seen.payment)
    moved = {w.id: provider.payouts.moved_minor(w.id) for w in world.workers}
    paid = {w.id: provider.payouts.paid_minor(w.id) for w in world.workers}
    fees = sum(c.fee_minor or 0 for c in charges)
    ours = -seen.balances.get("clearing:stripe", 0)
    theirs = sum(c.amount_minor for c in charges) - fees - back - sum(moved.values())
    if ours != theirs:
        yield f"our books say {ours}, the provider {theirs}"
    if -seen.balances.get("provider_fee", 0) != fees:
        yield f"the provider keeps {fees}, and we know of {-seen.balances.get('provider_fee', 0)}"
    earned: dict[str, int] = dict.fromkeys(moved, 0)
    for b in seen.booking:
        if b.status == "approved":
            earned[b.worker_id] += b.price_minor - b.worker_fee_minor
    if not earned == moved == paid:
        yield f"they earned {earned}, and {moved} was moved and {paid} paid"
    yield from (f"{row.task} {row.args} is {row.status}: {row.error}" for row in seen.open_tasks)
