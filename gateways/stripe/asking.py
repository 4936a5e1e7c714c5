"""Make a call within its deadline, and turn its failure into what it means."""

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
"""Between their clock and ours, generously: a look-up begins so long before the order."""
NO_FUNDS = frozenset({"balance_insufficient", "insufficient_funds"})
"""A balance there does not have it yet: it fills up by itself."""


def seconds(moment: datetime) -> int:
    """Since 1970, as Stripe counts."""
    return int(moment.timestamp())


async def in_time(deadline: timedelta, call: Awaitable[T], *, read: bool = False) -> T:
    """``StripeFailed`` for a passed deadline too, so that the table alone says what it means."""
    try:
        return await within(deadline, call)
    except DeadlinePassed as passed:
        failure = Failure(code="deadline_passed", message=str(passed), sent=passed.sent, read=read)
        raise StripeFailed(failure) from passed


async def asking(deadline: timedelta, call: Awaitable[T], *, read: bool) -> T:
    """A ``ProviderError`` when it fails, in whichever way."""
    try:
        return await in_time(deadline, call, read=read)
    except StripeFailed as failed:
        raise error_of(failed.failure) from failed


def unreadable(error: msgspec.MsgspecError, *, read: bool = False) -> ProviderError:
    """The request was carried out, so this is never a refusal: unknown, and seen by its code."""
    return error_of(Failure(status=200, code="answer_unreadable", message=str(error), read=read))
