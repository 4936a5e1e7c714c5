"""The lives that a marketplace can have: what people, the platform, time and the provider may do next.

``NTH`` picks among what there is, counted round and round; a shorter life picks the first and newest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.errors import DomainError
from gateways.testing import Fault
from tests.integration.market.ending import SCHEDULED, finish, refund_by_hand
from tests.integration.market.invariants import TABLES, wrong
from tests.integration.market.law import ACTIONS, Look
from tests.integration.market.provider import WHIMS
from tests.integration.market.seen import Seen
from tests.integration.market.world import World

NTH = st.integers(0, 15)
MOST_JOBS = 5
MOST_TROUBLES = 12
"""Fewer than the attempts that any task has: nothing may end as a dead letter."""
PORTS = ("cards", "refunds", "accounts", "payouts")
WAYS = ("run", "run_twice", "die_before_call", "die_before_commit", "oversleep")
WAITS = (timedelta(seconds=10), timedelta(minutes=11), timedelta(hours=2), timedelta(hours=25), timedelta(days=4))
ONWARDS = ("apply", "hire", "pay", "start", "complete", "approve")
"""What happens when all goes well, step by step."""
DEPTH = st.sampled_from((6, 5, 4, 3, 3, 3, 2))
PAID = ONWARDS.index("pay") + 1
"""How far: where it was just paid the card may be any, and its task has run in some way or not at all."""
TRIED = sorted(name for name, action in ACTIONS.items() if action.noun)


class Step(NamedTuple):
    """``what``: a method of :class:`Market`."""

    what: str
    how: dict[str, Any]

    def __repr__(self) -> str:
        return f"{self.what}({', '.join(f'{name}={value!r}' for name, value in self.how.items())})"


STEPS: dict[str, tuple[int, dict[str, st.SearchStrategy[Any]]]] = {
    "it_goes_on": (3, {"which": NTH, "n": NTH}),
    "somebody_bargains": (1, {"chosen": NTH, "which": NTH, "n": NTH}),
    "somebody_sees_to_a_booking": (5, {"chosen": NTH, "which": NTH, "n": NTH}),
    "somebody_tries": (2, {"name": st.sampled_from(TRIED), "which": st.integers(0, 100), "n": NTH}),
    "an_admin_acts": (1, {"which": NTH, "back": st.sampled_from([True, True, False])}),
    "an_operator_refunds": (1, {"which": NTH, "part": st.sampled_from([1, 1, 2, 0])}),
    "tasks_run": (
        6,
        {"runs": st.lists(st.tuples(NTH, st.sampled_from(WAYS)), max_size=4), "rest": st.booleans()},
    ),
    "time_passes": (
        2,
        {"by": st.sampled_from(WAITS), "works": st.lists(st.sampled_from(SCHEDULED), max_size=2, unique=True)},
    ),
    "events_come": (3, {"backs": st.lists(NTH, min_size=1, max_size=4)}),
    "the_provider_hears": (4, {"which": NTH, "well": st.sampled_from([True, True, False])}),
    "calls_go_wrong": (
        2,
        {"port": st.sampled_from(PORTS), "faults": st.lists(st.sampled_from(Fault), min_size=1, max_size=2)},
    ),
    "a_whim_comes_or_goes": (1, {"whim": st.sampled_from(WHIMS)}),
}
"""How often each happens, of so many, and what is drawn for it.  They are not rules of their own: Hypothesis would
leave out half of them in every life, and few things go wrong without the others."""

_NAMES = [name for name, (times, _) in STEPS.items() for _ in range(times)]


@st.composite
def steps(draw: st.DrawFn) -> Step:
    name = draw(st.sampled_from(_NAMES))
    return Step(name, draw(st.fixed_dictionaries(STEPS[name][1])))


class Market(RuleBasedStateMachine):
    """``new_world`` and ``reached`` are set for each run: a database of its own for each life, and how often a thing
    came to a status in all of them."""

    new_world: Callable[[], tuple[World, Callable[[], None]]]
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.world, self.close = type(self).new_world()
        self.seen = self.world.look()
        self.troubles = 0

    def teardown(self) -> None:
        try:
            self._tally()
            finish(self.world)
        finally:
            self.close()

    @invariant()
    def nothing_is_wrong(self) -> None:
        found = wrong(self.world, self._look())
        assert not found, found

    @initialize(
        jobs=st.lists(st.tuples(DEPTH, NTH, st.sampled_from((None, *WAYS))), min_size=1, max_size=3),
        onboarded=st.sampled_from((False, True, True)),
        whims=st.lists(st.sampled_from(WHIMS), max_size=3, unique=True),
    )
    def so_far(self, jobs: list[tuple[int, int, str | None]], onboarded: bool, whims: list[str]) -> None:
        """Some jobs went well up to a point, and perhaps the workers can be paid out."""
        for whim in whims:
            self.world.provider.toggle(whim)
        if onboarded:
            self._onboard()
        for depth, n, way in jobs:
            self._attempt("post", _nth(self.world.clients, n).id, None, 0)
            job_id = self._look().job[-1].id
            for _ in range(depth):
                self._onwards(job_id, n if depth == PAID else 0)
                if depth != PAID:
                    self.world.work_off()
            if depth == PAID and way:
                self.tasks_run([(-1, way)], rest=False)

    @rule(step=steps())
    def then(self, step: Step) -> None:
        getattr(self, step.what)(**step.how)

    # What people do.

    def it_goes_on(self, which: int, n: int) -> None:
        """The next step of a job that goes well; or a new job."""
        jobs = self.seen.job
        if which % 8 < 7 or len(jobs) >= MOST_JOBS:
            self._onwards(_nth(jobs, which).id, n)
        else:
            self._attempt(*("post", *_nth(self._pairs("post"), n)), n)

    def somebody_bargains(self, chosen: int, which: int, n: int) -> None:
        self._something_legal(("job", "application", "offer"), chosen, which, n)

    def somebody_sees_to_a_booking(self, chosen: int, which: int, n: int) -> None:
        self._something_legal(("", "booking", "reschedule", "payout"), chosen, which, n)

    def somebody_tries(self, name: str, which: int, n: int) -> None:
        """Anybody, to anything: most may not."""
        if pairs := self._pairs(name):
            self._attempt(name, *_nth(pairs, which), n)

    def an_admin_acts(self, which: int, back: bool) -> None:
        """One person at a time is suspended, so that the others have somebody to deal with: often a worker who waits
        for money."""
        suspended = [a for a in self.seen.account if a.status == "suspended"]
        if suspended and back:
            self._attempt("reinstate", self.world.admin.id, _nth(suspended, which), 0)
        elif suspended:
            self._deal_with(suspended[0].id, which)
        else:
            awaited = [p.worker_id for p in self.seen.payout if p.status in ("on_hold", "scheduled", "submitting")]
            people = [*awaited, *(person.id for person in (*self.world.workers, *self.world.clients))]
            self._attempt("suspend", self.world.admin.id, self.seen[_nth(people, which)], 0)

    def _deal_with(self, suspended_id: str, which: int) -> None:
        """Somebody applies to, bargains with or hires a suspended person, about a job that is open."""
        names = ("apply", "offer", "hire")
        pairs = [(name, *pair) for name in names for pair in self._pairs(name) if self._meets(pair[1], suspended_id)]
        if pairs:
            self._attempt(*_nth(pairs, which), which)

    def _meets(self, thing: Any, account_id: str) -> bool:
        job = self.seen[_job_of(thing) or thing.id]
        return job.status == "open" and account_id in (job.client_id, getattr(thing, "worker_id", None))

    def an_operator_refunds(self, which: int, part: int) -> None:
        """What a refund that failed has left, or a part of it; never more than there is, nor what is in use."""
        if captured := [p for p in self.seen.payment if p.status == "captured"]:
            payment = _nth(captured, which)
            source = self.seen.source_of(payment.id)
            left = self.seen.balances[source]
            idle = source.startswith("unapplied:") or self.seen[payment.booking_id].status == "cancelled"
            amount = left // part if part and idle and left else left + 1
            self._expect(amount <= left, lambda: refund_by_hand(self.world, payment.id, amount), "refund", amount)

    # What the platform and time do.

    def tasks_run(self, runs: list[tuple[int, str]], rest: bool) -> None:
        """Some of those that are due, in any order, and not all of them to their end; and perhaps the rest."""
        for which, way in runs:
            if rows := self.world.due():
                row = _nth(rows, which)
                note(f"{way} {row.task}")
                self.reached[way] += 1
                getattr(self.world, way)(row)
        if rest:
            self.world.take_back()
            self.world.work_off()

    def time_passes(self, by: timedelta, works: list[Any]) -> None:
        """And it is time for what is done every minute, or every day."""
        self.world.clock.now += by
        for work in works:
            self.world.queue(work)

    # What the provider does.

    def events_come(self, backs: list[int]) -> None:
        """The newest, late ones, and some that came before."""
        for back in backs:
            if events := self.world.provider.events[::-1]:
                self.world.deliver(*_nth(events, back))

    def the_provider_hears(self, which: int, well: bool) -> None:
        """From somebody's bank, from a client about a card, or from a worker about an account."""
        if moves := self.world.provider.moves(self.seen):
            _nth(moves, which)(well)

    def calls_go_wrong(self, port: str, faults: list[Fault]) -> None:
        if self.troubles < MOST_TROUBLES:
            self.troubles += len(faults)
            getattr(self.world.provider, port).fail_next(*faults)

    def a_whim_comes_or_goes(self, whim: str) -> None:
        self.world.provider.toggle(whim)

    def _onboard(self) -> None:
        for worker in self.world.workers:
            self._attempt("ask for account", worker.id, None, 0)
        self.world.work_off()
        for account in self._look().payout_account:
            self.world.provider.accounts.onboard(account.provider_id)
            self.world.deliver(*self.world.provider.events[-1])
        self.world.work_off()

    def _onwards(self, job_id: str, n: int) -> None:
        self._look()
        for name in reversed(ONWARDS):
            if legal := [pair for pair in self._legal(name) if job_id in (pair[1].id, _job_of(pair[1]))]:
                self._attempt(name, *_nth(legal, n), n)
                return

    def _something_legal(self, nouns: tuple[str, ...], chosen: int, which: int, n: int) -> None:
        """One of all the things that anybody may do now."""
        names = [name for name, action in ACTIONS.items() if action.noun in nouns and name != "post"]
        if legal := {name: found for name in names if (found := self._legal(name))}:
            name = _nth(list(legal), chosen)
            self._attempt(name, *_nth(legal[name], which), n)

    def _look(self) -> Seen:
        self.seen = self.world.look()
        return self.seen

    def _pairs(self, name: str) -> list[tuple[str, Any]]:
        """Everybody who is not suspended, with everything that there is, the newest first."""
        action, world = ACTIONS[name], self.world
        by_role = {"client": world.clients, "worker": world.workers, "admin": [world.admin]}
        actors = by_role.get(action.by, [*world.clients, *world.workers])
        things = getattr(self.seen, action.noun) if action.noun else [None]
        active = [actor.id for actor in actors if self.seen[actor.id].status == "active"]
        return [(actor_id, thing) for thing in reversed(things) for actor_id in active]

    def _legal(self, name: str) -> list[tuple[str, Any]]:
        return [(who, thing) for who, thing in self._pairs(name) if self._may(name, who, thing)]

    def _may(self, name: str, actor: str, thing: Any) -> bool:
        return bool(ACTIONS[name].may(Look(self.seen, self.world.clock(), actor), thing))

    def _attempt(self, name: str, actor: str, thing: Any, n: int) -> None:
        """What may be done succeeds; what may not is refused, and changes nothing."""
        legal, do = self._may(name, actor, thing), ACTIONS[name].do
        self.reached[f"{name} {'done' if legal else 'refused'}"] += 1
        about = f"{thing.id}, which is {thing.status}" if thing else ""
        self._expect(
            legal,
            lambda: self.world.do(actor, lambda c, cause: do(c, cause, thing, n)),
            f"{self.world.names[actor]}: {name} {about}",
        )

    def _expect(self, legal: bool, do: Callable[[], object], *what: object) -> None:
        note(" ".join(map(str, (*what, "" if legal else "(forbidden)"))))
        if legal:
            do()
            return
        before = self._look().contents
        with pytest.raises(DomainError):
            do()
        assert self._look().contents == before, what

    def _tally(self) -> None:
        """What this life had in it, so that nobody trusts lives in which nothing happens."""
        seen = self._look()
        for noun in TABLES:
            self.reached.update(
                {f"{noun} {c.to_status}" for row in getattr(seen, noun) for c in seen.histories[row.id]}
            )
        self.reached.update({f"{t.code} {t.credit_account.partition(':')[0]}" for t in seen.transfer})
        self.reached.update({f"{a.task} {a.outcome}" for a in seen.attempt})
        self.reached.update({row.error_code for row in (*seen.payment, *seen.payout) if row.error_code})


def _nth(things: Any, n: int) -> Any:
    return things[n % len(things)]


def _job_of(thing: Any) -> str | None:
    return getattr(thing, "job_id", None)
