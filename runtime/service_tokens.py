"""Service tokens that operators' programs send: the account's id and 256 random bits."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

from domain.errors import Unauthenticated
from domain.identity.accounts.states import Role
from runtime.secrets import hashed
from runtime.tokens import Caller

PREFIX = "hws_"
_FORM = re.compile(r"hws_([0-9a-f]{25})_[A-Za-z0-9_-]{43}")
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def new_service_token(account_id: str) -> str:
    """Return a new token, ``hws_…_…``; secret scanners recognise the prefix."""
    return f"{PREFIX}{account_id.removeprefix('acc_')}_{secrets.token_urlsafe(32)}"


def caller_by(token: str) -> Caller:
    """Return the caller whom the token names; the database decides later whether the token is valid.
    ``Unauthenticated`` for a malformed token."""
    form = _FORM.fullmatch(token)
    if form is None:
        raise Unauthenticated("token_invalid", "This service token is not valid, or was revoked.")
    return Caller(f"acc_{form[1]}", Role.ADMIN, "", _NEVER, service_hash=hashed(token))
