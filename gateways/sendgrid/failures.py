"""The meaning of each failure: one table, read from the top; the first row that fits counts.

A mail has no key, so a repeat of a mail that was sent is a second mail: a failure that no row lists is *unknown*.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from domain.provider_errors import RATE_LIMITED, OutcomeUnknown, ProviderError, Refused, TryLater

PROVIDER = "sendgrid"
OPERATOR_S = 300.0
"""The wait before the next attempt when only an operator can correct the fault."""
CROWDED_S = 10.0
"""The wait after a 429 without ``Retry-After``."""
LONGEST_MESSAGE = 300
_ADDRESS = re.compile(r"[^\s@\[\]<>\"']+@[^\s@\[\]<>\"']+")


class Kind(StrEnum):
    REFUSED = "refused"
    TRY_LATER = "try later"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The facts of a failure.  ``status``: None without an answer.  ``told``: the body is SendGrid's, not a proxy's."""

    status: int | None = None
    field: str | None = None
    message: str = ""
    retry_after_s: float | None = None
    sent: bool = True
    told: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    when: str
    kind: Kind
    why: str
    fits: Callable[[Failure], bool]
    code: str
    retry_after_s: float | None = None


TABLE: tuple[Row, ...] = (
    Row(
        "never left: refused, no route, no name, TLS, no free connection, deadline before the first byte",
        Kind.TRY_LATER,
        "nothing can have happened there",
        lambda f: not f.sent,
        "not_reached",
    ),
    Row(
        "429",
        Kind.TRY_LATER,
        "turned away at the door; after `Retry-After` where it says so",
        lambda f: f.status == 429,
        RATE_LIMITED,
        CROWDED_S,
    ),
    Row(
        "401, 403",
        Kind.TRY_LATER,
        "our key is wrong or too narrow, or our sender is not verified: an operator's fault must not lose mail",
        lambda f: f.status in {401, 403},
        "credentials_refused",
        OPERATOR_S,
    ),
    Row(
        "400 about `from`",
        Kind.TRY_LATER,
        "`MAIL_FROM` is wrong: an operator's fault again",
        lambda f: f.status == 400 and (f.field or "").startswith("from") and f.told,
        "sender_refused",
        OPERATOR_S,
    ),
    Row(
        "400, 413 otherwise",
        Kind.REFUSED,
        "the mail itself is wrong (an address that cannot be one), and would be again",
        lambda f: f.status in {400, 413} and f.told,
        "mail_refused",
    ),
    Row(
        "3xx, 404, 405, 415",
        Kind.TRY_LATER,
        "`SENDGRID_API_BASE` leads elsewhere; a redirect is not followed, because the key would go along",
        lambda f: f.status is not None and (300 <= f.status < 400 or f.status in {404, 405, 415}),
        "wrong_address",
        OPERATOR_S,
    ),
    Row(
        "everything else: 5xx, reset, cut answer, deadline after the first byte, an unlisted status",
        Kind.UNKNOWN,
        "it may have gone",
        lambda _: True,
        "no_answer",
    ),
)


def without_addresses(text: str) -> str:
    """Return ``text``, shortened and with its e-mail addresses masked: logs and attempts are stored for a long time."""
    return _ADDRESS.sub("<address>", text[:LONGEST_MESSAGE])


def error_of(failure: Failure) -> ProviderError:
    row = next(row for row in TABLE if row.fits(failure))
    message = without_addresses(failure.message)
    match row.kind:
        case Kind.TRY_LATER:
            return TryLater(PROVIDER, row.code, message, failure.retry_after_s or row.retry_after_s)
        case Kind.REFUSED:
            return Refused(PROVIDER, row.code, f"{failure.field}: {message}")
        case Kind.UNKNOWN:
            code = f"http_{failure.status}" if failure.status else row.code
            return OutcomeUnknown(PROVIDER, code, message)
