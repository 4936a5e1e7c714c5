"""The four states of a claimed row, by what is left to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.platform.outbox.claim import Claim
from domain.platform.outbox.work import Work
from tasks.declare import Steps, Transaction


@dataclass(frozen=True, slots=True)
class Unprepared:
    """A claimed row whose arguments cannot be read, or whose ``prepare`` failed."""

    claim: Claim
    error: Exception


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """A claimed row for which ``prepare`` found nothing to do."""

    claim: Claim
    work: Work


@dataclass(frozen=True, slots=True)
class ToTransact:
    """A claimed row whose work is one transaction of ours."""

    claim: Claim
    work: Work
    run: Transaction[Any]


@dataclass(frozen=True, slots=True)
class ToCall:
    """A claimed row with the order that ``prepare`` read for the call."""

    claim: Claim
    work: Work
    steps: Steps
    order: Any


Claimed = Unprepared | NothingToDo | ToTransact | ToCall
