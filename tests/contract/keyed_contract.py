"""The contract of every call under a key; subclasses bring the calls."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from domain.provider_errors import OutcomeUnknown, TryLater
from gateways.testing import Fault
from tests.contract.worlds import PATIENT, SHORT, AnyWorld, Contract, in_the_end


@dataclass(frozen=True)
class Keyed:
    """One order, the two calls that take it within a deadline, and the provider's own count.

    ``goes_by_id``: a look-up goes by the id of the answer, once the order has it.
    """

    order: Any
    send: Callable[[Any, timedelta], Coroutine[Any, Any, Any]]
    look_up: Callable[[Any, timedelta], Coroutine[Any, Any, Any]]
    made: Callable[[], int]
    goes_by_id: bool = True

    def ask(self, deadline: timedelta) -> Coroutine[Any, Any, Any]:
        return self.send(self.order, deadline)

    def find(self, deadline: timedelta, provider_id: str | None = None) -> Coroutine[Any, Any, Any]:
        order = self.order
        if self.goes_by_id and provider_id is not None:
            order = msgspec.structs.replace(order, provider_id=provider_id)
        return self.look_up(order, deadline)


class KeyedContract(Contract):
    """Subclasses have a fixture ``call`` beside ``world``."""

    def unknown(self, call: Keyed, deadline: timedelta = PATIENT) -> OutcomeUnknown:
        with pytest.raises(OutcomeUnknown) as caught:
            self.run(call.ask(deadline))
        return caught.value

    def test_the_same_key_makes_it_once(self, call: Keyed) -> None:
        assert self.run(call.ask(PATIENT)) == self.run(call.ask(PATIENT))
        assert call.made() == 1

    @pytest.mark.parametrize(
        ("fault", "made", "deadline"),
        [(Fault.LOST_BEFORE, 0, PATIENT), (Fault.LOST_AFTER, 1, PATIENT), (Fault.HANG, 0, SHORT)],
    )
    def test_a_lost_answer_is_unknown_and_the_same_key_makes_it_once(
        self, world: AnyWorld, call: Keyed, fault: Fault, made: int, deadline: timedelta
    ) -> None:
        world.fail_next(fault)
        assert not self.unknown(call, deadline).stored
        assert (self.run(call.find(PATIENT)) is not None, call.made()) == (bool(made), made)
        in_the_end(lambda: self.run(call.ask(PATIENT)))
        assert call.made() == 1

    @pytest.mark.parametrize(("fault", "made"), [(Fault.STORED_BEFORE, 0), (Fault.STORED_AFTER, 1)])
    def test_a_stored_failure_is_repeated_and_a_look_up_tells(
        self, world: AnyWorld, call: Keyed, fault: Fault, made: int
    ) -> None:
        world.fail_next(fault)
        assert [self.unknown(call).stored for _ in range(2)] == [False, True]
        assert (self.run(call.find(PATIENT)) is not None, call.made()) == (bool(made), made)

    def test_a_crowd_is_told_when_to_come_back(self, world: AnyWorld, call: Keyed) -> None:
        world.fail_next(Fault.RATE_LIMITED)
        with pytest.raises(TryLater) as caught:
            self.run(call.ask(PATIENT))
        assert (caught.value.code, caught.value.retry_after_s, call.made()) == ("rate_limited", 1.0, 0)
        self.run(call.ask(PATIENT))
        assert call.made() == 1

    @pytest.mark.parametrize("by_id", [False, True])
    @pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.RATE_LIMITED, Fault.STORED_BEFORE])
    def test_a_look_up_is_never_in_doubt(self, world: AnyWorld, call: Keyed, fault: Fault, by_id: bool) -> None:
        provider_id = self.run(call.ask(PATIENT)).provider_id
        known = provider_id if by_id else None
        world.fail_next(fault)
        with pytest.raises(TryLater):
            self.run(call.find(PATIENT, known))
        assert self.run(call.find(PATIENT, known)).provider_id == provider_id
