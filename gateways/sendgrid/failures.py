"""The meaning of each failure at SendGrid.

A mail has no key, so a repeat of a mail that was sent is a second mail: a failure that no row lists is *unknown*.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from domain.provider_errors import RATE_LIMITED, ProviderError
from gateways import failures
from gateways.failures import NEVER_LEFT, OPERATOR_S, Kind, Row

CROWDED_S = 10.0
"""The wait after a 429 without ``Retry-After``."""
LONGEST_MESSAGE = 300
_ADDRESS = re.compile(r"[^\s@\[\]<>\"']+@[^\s@\[\]<>\"']+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(failures.Failure):
    """The facts of a failure.  ``field``: the field at fault; ``told``: the body is SendGrid's, not a proxy's."""

    field: str | None = None
    told: bool = False


TABLE: tuple[Row[Failure], ...] = (
    NEVER_LEFT,
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
    ),
)


def without_addresses(text: str) -> str:
    """Return ``text``, shortened and with its e-mail addresses masked: logs and attempts are stored for a long time."""
    return _ADDRESS.sub("<address>", text[:LONGEST_MESSAGE])


def error_of(failure: Failure) -> ProviderError:
    where = f"{failure.field}: " if failure.field else ""
    told = replace(failure, message=where + without_addresses(failure.message))
    return failures.error_of("sendgrid", failures.row_of(TABLE, failure), told)
