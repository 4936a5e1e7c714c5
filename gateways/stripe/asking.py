"""Make a call within its deadline, and turn a failure into the error that the failure means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import msgspec

from domain.provider_errors import ProviderError
from gateways.deadline import DeadlinePassed, within
from gateways.stripe.client import StripeFailed
from gateways.stripe.failures import Failure, error_of

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S")
NO_FUNDS = frozenset({"balance_insufficient", "insufficient_funds"})
"""Stripe's codes for a balance that does not have the money yet; the balance fills without an action of ours."""


async def in_time(deadline: timedelta, call: Awaitable[T], *, read: bool = False) -> T:
    """Await ``call`` within ``deadline``; a passed deadline is a ``StripeFailed`` too: the table gives its meaning."""
    try:
        return await within(deadline, call)
    except DeadlinePassed as passed:
        failure = Failure(code="deadline_passed", message=str(passed), sent=passed.sent, read=read)
        raise StripeFailed(failure) from passed


async def asking(deadline: timedelta, call: Awaitable[T], *, read: bool) -> T:
    """Await ``call`` within ``deadline``, and turn every failure into a ``ProviderError``."""
    try:
        return await in_time(deadline, call, read=read)
    except StripeFailed as failed:
        raise error_of(failed.failure) from failed


async def asking_for_money(
    deadline: timedelta, call: Awaitable[T], meaning: Callable[[T], R], without_funds: S
) -> R | S:
    """Await a call that takes money out of a balance, and return its meaning.

    Return ``without_funds`` when the balance does not have the money yet.
    """
    try:
        return understood(meaning, await in_time(deadline, call))
    except StripeFailed as failed:
        if failed.failure.status == 400 and failed.failure.code in NO_FUNDS:
            return without_funds
        raise error_of(failed.failure) from failed


def understood(meaning: Callable[[T], R], found: T) -> R:
    """Return the meaning of an object; ``OutcomeUnknown`` when the object lacks what its status promises."""
    try:
        return meaning(found)
    except msgspec.ValidationError as error:
        raise unreadable(error) from error


def unreadable(error: msgspec.MsgspecError, *, read: bool = False) -> ProviderError:
    """Return the error for an answer that we cannot decode: ``OutcomeUnknown``, or ``TryLater`` when it was a read.

    The error is never ``Refused``, because Stripe carried the request out.
    """
    return error_of(Failure(status=200, code="answer_unreadable", message=str(error), read=read))
