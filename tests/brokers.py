"""A broker in memory for tests of the relay: it can be down, forget, and be asked what it holds."""

from __future__ import annotations

from collections.abc import Sequence

from workers.relay.broker import BrokerDown, Hint


class FakeBroker:
    """``held`` is what no consumer has taken; ``is_down`` and ``forget`` are the test's hands."""

    def __init__(self) -> None:
        self.held: list[Hint] = []
        self.published: list[Hint] = []
        self.is_down = False
        self.dies_after_publishing = False
        self._remembers = False

    def publish(self, hints: Sequence[Hint]) -> None:
        self._answer()
        self.held += hints
        self.published += hints
        if self.dies_after_publishing:
            raise BrokerDown("it took them, and nobody heard")

    def length(self, queue: str) -> int:
        self._answer()
        return sum(hint.queue == queue for hint in self.held)

    def has_forgotten(self) -> bool:
        self._answer()
        return not self._remembers

    def remember(self) -> None:
        self._answer()
        self._remembers = True

    def close(self) -> None:
        self.held.clear()

    def take(self) -> list[Hint]:
        """What consumers would get."""
        taken, self.held = self.held, []
        return taken

    def forget(self) -> None:
        self.held.clear()
        self._remembers = False

    def _answer(self) -> None:
        if self.is_down:
            raise BrokerDown("refused")
