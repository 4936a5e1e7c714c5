"""The meaning of a provider's failures: a table for each provider, read from the top; the first row that fits counts.

The last row of each table fits every failure and is *unknown*: a failure that no row lists is never refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from domain.provider_errors import OutcomeUnknown, ProviderError, Refused, TryLater

OPERATOR_S = 300.0
"""The wait before the next attempt when only an operator can correct the fault."""


class Kind(StrEnum):
    DECLINED = "declined"
    """An outcome: the card, not the request, was refused."""
    REFUSED = "refused"
    TRY_LATER = "try later"
    UNKNOWN = "unknown"
    """It may have happened: repeat the call under the same key, where the provider has keys."""
    STORED = "unknown, stored"
    """The same key can never succeed: look the outcome up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The facts of a failure.  ``status`` is None without an answer, ``code`` without a code of the provider's."""

    status: int | None = None
    code: str | None = None
    message: str = ""
    retry_after_s: float | None = None
    sent: bool = True


F = TypeVar("F", bound=Failure)
Facts = TypeVar("Facts", bound=Failure, contravariant=True)


@dataclass(frozen=True, slots=True)
class Row(Generic[Facts]):
    """One row of a table.  A ``code`` replaces the provider's own: alerts are written against ours."""

    when: str
    kind: Kind
    why: str
    fits: Callable[[Facts], bool]
    code: str | None = None
    retry_after_s: float | None = None


NEVER_LEFT: Row[Failure] = Row(
    "never left: refused, no route, no name, TLS, no free connection, deadline before the first byte",
    Kind.TRY_LATER,
    "nothing can have happened there",
    lambda f: not f.sent,
    "not_reached",
)


def row_of(table: Sequence[Row[F]], failure: F) -> Row[F]:
    return next(row for row in table if row.fits(failure))


def error_of(provider: str, row: Row[F], failure: F) -> ProviderError:
    """Return the error to raise; a decline becomes ``Refused`` here, for calls that have no such outcome."""
    code = row.code or failure.code or (f"http_{failure.status}" if failure.status else "no_answer")
    match row.kind:
        case Kind.TRY_LATER:
            return TryLater(provider, code, failure.message, failure.retry_after_s or row.retry_after_s)
        case Kind.REFUSED | Kind.DECLINED:
            return Refused(provider, code, failure.message)
        case Kind.UNKNOWN | Kind.STORED:
            return OutcomeUnknown(provider, code, failure.message, stored=row.kind is Kind.STORED)
