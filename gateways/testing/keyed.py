"""Requests under a key: the provider repeats its first answer for the key, a stored failure too."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from gateways.testing.faults import DONE, STORED, Faults, in_doubt

T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True)
class Held(Generic[T, R]):
    """One object in the provider's records: a payment, a refund, a payout."""

    order: T
    outcome: R


class Keyed(Generic[R]):
    """The answers by key.  ``terms``: the values of a request that a repeat under its key must not change."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._answers: dict[str, tuple[Hashable, R | None]] = {}

    async def ask(self, key: str, terms: Hashable, deadline: timedelta, do: Callable[[], R]) -> R:
        """Return the result of ``do``, which runs once for the key; it may raise a refusal, which is not stored."""
        fault = await self._faults.meet()
        earlier = self._answers.get(key)
        if earlier is not None:
            return _replay(terms, *earlier)
        answer = do() if fault is None or fault in DONE else None
        if fault in STORED:
            self._answers[key] = (terms, None)
        elif answer is not None:
            self._answers[key] = (terms, answer)
        if fault is None and answer is not None:
            return answer
        raise in_doubt(f"{fault.value if fault else None}, {deadline.total_seconds():g} s")


def _replay(terms: Hashable, asked: Hashable, answer: R | None) -> R:
    if asked != terms:
        raise in_doubt("another request went out under this key", code="key_reused", stored=True)
    if answer is None:
        raise in_doubt("the stored failure", stored=True)
    return answer
