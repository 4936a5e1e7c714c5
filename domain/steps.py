"""Explain why a step is not possible now, and which step comes first: derived from the steps of a noun.

A noun lists its steps beside its statuses.  A test compares them with the noun's table of transitions, so that no
sentence names a step that the table does not allow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

EITHER = "either side"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a person takes.  ``what``: an imperative such as "start it"; ``doing``: "starting it".

    ``by``: the role that may take the step.  ``after`` is None when the status stays.
    """

    what: str
    doing: str
    by: str
    before: tuple[StrEnum, ...]
    after: StrEnum | None = None


def in_words(status: str) -> str:
    """Return the status in words: ``in_words("awaiting_payment") == "awaiting payment"``."""
    return status.replace("_", " ")


def instead(wanted: Step, status: str, steps: Sequence[Step]) -> str:
    """Return the step to take first, or the statuses in which ``wanted`` is possible; ``status`` is not one of them."""
    if status == wanted.after:
        return "This step is already taken."
    first = _first(wanted, status, steps)
    if first is None:
        statuses = " or ".join(in_words(each) for each in wanted.before)
        return f"{wanted.doing.capitalize()} is possible only while it is {statuses}."
    if first.by in (wanted.by, EITHER):
        return f"{first.what.capitalize()} before {wanted.doing}."
    return f"The {first.by} has to {first.what} first."


def _first(wanted: Step, status: str, steps: Sequence[Step]) -> Step | None:
    """Return the first step of the shortest way from ``status`` to a status in which ``wanted`` is possible."""
    ways: deque[tuple[str, Step | None]] = deque([(status, None)])
    seen = {status}
    while ways:
        here, first = ways.popleft()
        if here in wanted.before:
            return first
        for step in steps:
            if here in step.before and step.after is not None and step.after not in seen:
                seen.add(step.after)
                ways.append((step.after, first or step))
    return None
