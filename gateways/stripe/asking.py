"""Make a call within its deadline, and turn its failure into what it means."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

import msgspec

from domain.provider_errors import ProviderError
from gateways.deadline import DeadlinePassed, within
from gateways.stripe.client import StripeFailed
from gateways.stripe.failures import Failure, error_of

T = TypeVar("T")


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
