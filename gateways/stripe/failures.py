"""The meaning of each failure: one table, read from the top; the first row that fits counts.

The SDK's exceptions do not mark a replayed failure or a request that never left, so the client first records a
failure as facts, and this table gives its meaning.  A repeat under the same key is always safe, so a failure that no
row lists is *unknown*, never refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from domain.provider_errors import RATE_LIMITED, OutcomeUnknown, ProviderError, Refused, TryLater

PROVIDER = "stripe"
OPERATOR_S = 300.0
"""The wait before the next attempt when only an operator can correct the fault."""


class Kind(StrEnum):
    DECLINED = "declined"
    """An outcome: the card, not the request, was refused."""
    REFUSED = "refused"
    TRY_LATER = "try later"
    UNKNOWN = "unknown"
    """Repeat the call under the same key."""
    STORED = "unknown, stored"
    """The same key can never succeed: look the outcome up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The facts of a failure.  ``status`` is None without an answer.

    ``type``, ``code`` and ``param`` come from the error's body, and are None where the body lacks them.  ``read``: the
    request could not change anything.
    """

    status: int | None = None
    type: str | None = None
    code: str | None = None
    decline_code: str | None = None
    param: str | None = None
    message: str = ""
    intent_id: str | None = None
    retry_after_s: float | None = None
    replayed: bool = False
    sent: bool = True
    read: bool = False

    @property
    def is_told(self) -> bool:
        """Return whether the body is Stripe's own error, not a proxy's page."""
        return self.type is not None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.  A ``code`` replaces the provider's own: alerts are written against ours."""

    when: str
    kind: Kind
    why: str
    fits: Callable[[Failure], bool]
    code: str | None = None
    retry_after_s: float | None = None


def _of(*statuses: int) -> Callable[[Failure], bool]:
    return lambda f: f.status in statuses and f.is_told


TABLE: tuple[Row, ...] = (
    Row(
        "never left: refused, no route, no name, TLS, no free connection, deadline before the first byte",
        Kind.TRY_LATER,
        "nothing can have happened there",
        lambda f: not f.sent,
        "not_reached",
    ),
    Row(
        "429, or 400 with code `rate_limit`",
        Kind.TRY_LATER,
        "turned away at the door, never stored; after `Retry-After` where it says so",
        lambda f: f.status == 429 or (f.status == 400 and f.code == "rate_limit"),
        RATE_LIMITED,
    ),
    Row(
        "401, 403",
        Kind.TRY_LATER,
        "our key is wrong, revoked or too narrow: an operator's fault must not bury payments",
        lambda f: f.status in {401, 403},
        "credentials_refused",
        OPERATOR_S,
    ),
    Row(
        "400 with type `idempotency_error`",
        Kind.STORED,
        "another request went out under this key, and it may have taken the money",
        lambda f: f.status == 400 and f.type == "idempotency_error",
        "key_reused",
    ),
    Row(
        "409",
        Kind.TRY_LATER,
        "another request with our key is at work there, this one did nothing; the next brings its answer",
        _of(409),
    ),
    Row(
        "402 with type `card_error`",
        Kind.DECLINED,
        "the bank said no",
        lambda f: f.status == 402 and f.type == "card_error",
    ),
    Row(
        "400 about `payment_method`",
        Kind.DECLINED,
        "the client sent a payment method that is not there or not usable: its fault, and its turn",
        lambda f: f.status == 400 and (f.param or "").startswith("payment_method") and f.is_told,
        "payment_method_unusable",
    ),
    Row(
        "404",
        Kind.TRY_LATER,
        "payments do not vanish: we are asking with another account's key, and an operator has to see it",
        _of(404),
        "account_mismatch",
        OPERATOR_S,
    ),
    Row(
        "400, 402 otherwise",
        Kind.REFUSED,
        "the request itself is wrong, and would be again",
        _of(400, 402),
    ),
    Row(
        "any other failure of a request that only reads",
        Kind.TRY_LATER,
        "it has no effect that could be in doubt",
        lambda f: f.read,
    ),
    Row(
        "any other failure with `Idempotent-Replayed: true`, a 5xx above all",
        Kind.STORED,
        "Stripe stored the failure under our key and will repeat it, whatever had happened before it",
        lambda f: f.replayed,
    ),
    Row(
        "everything else: 5xx, reset, cut or unreadable answer, deadline after the first byte, unlisted status",
        Kind.UNKNOWN,
        "it may have happened",
        lambda _: True,
    ),
)


def row_of(failure: Failure) -> Row:
    return next(row for row in TABLE if row.fits(failure))


def error_of(failure: Failure) -> ProviderError:
    """Return the error to raise; a decline becomes ``Refused`` here, for calls that have no such outcome."""
    row = row_of(failure)
    code = row.code or failure.code or failure.type or (f"http_{failure.status}" if failure.status else "no_answer")
    match row.kind:
        case Kind.TRY_LATER:
            return TryLater(PROVIDER, code, failure.message, failure.retry_after_s or row.retry_after_s)
        case Kind.REFUSED | Kind.DECLINED:
            return Refused(PROVIDER, code, failure.message)
        case Kind.UNKNOWN | Kind.STORED:
            return OutcomeUnknown(PROVIDER, code, failure.message, stored=row.kind is Kind.STORED)
