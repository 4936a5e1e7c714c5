"""Make a call within its deadline, and turn a failure into the error that the failure means."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from domain.provider_errors import ProviderError
from gateways.deadline import DeadlinePassed, within
from gateways.stripe.client import StripeFailed
from gateways.stripe.failures import Failure, error_of

T = TypeVar("T")
CLOCK_SKEW = timedelta(minutes=5)
"""A generous bound for the difference between Stripe's clock and ours: a look-up starts this long before the order."""
NO_FUNDS = frozenset({"balance_insufficient", "insufficient_funds"})
"""Stripe's codes for a balance that does not have the money yet; the balance fills without an action of ours."""


def seconds(moment: datetime) -> int:
    """Return ``moment`` in seconds since 1970, as Stripe counts."""
    return int(moment.timestamp())


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


def unreadable(error: msgspec.MsgspecError, *, read: bool = False) -> ProviderError:
    """Return the error for an answer that we cannot decode: ``OutcomeUnknown``, or ``TryLater`` when it was a read.

    The error is never ``Refused``, because Stripe carried the request out.
    """
    return error_of(Failure(status=200, code="answer_unreadable", message=str(error), read=read))
