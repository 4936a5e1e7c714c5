"""The meaning of each failure at Stripe.

The SDK's exceptions do not mark a replayed failure or a request that never left, so the client first records a
failure as facts, and this table gives its meaning.  A repeat under the same key is always safe, so a failure that no
row lists is *unknown*, never refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from domain.provider_errors import RATE_LIMITED, ProviderError
from gateways import failures
from gateways.failures import NEVER_LEFT, OPERATOR_S, Kind, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(failures.Failure):
    """The facts of a failure; ``type``, ``code`` and ``param`` come from the error's body, and are None without them.

    ``read``: the request could not change anything.
    """

    type: str | None = None
    decline_code: str | None = None
    param: str | None = None
    intent_id: str | None = None
    replayed: bool = False
    read: bool = False

    @property
    def is_told(self) -> bool:
        """Return whether the body is Stripe's own error, not a proxy's page."""
        return self.type is not None


def _of(*statuses: int) -> Callable[[Failure], bool]:
    return lambda f: f.status in statuses and f.is_told


TABLE: tuple[Row[Failure], ...] = (
    NEVER_LEFT,
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


def row_of(failure: Failure) -> Row[Failure]:
    return failures.row_of(TABLE, failure)


def error_of(failure: Failure) -> ProviderError:
    """Return the error to raise; a decline becomes ``Refused`` here, for calls that have no such outcome."""
    told = replace(failure, code=failure.code or failure.type)
    return failures.error_of("stripe", row_of(failure), told)
