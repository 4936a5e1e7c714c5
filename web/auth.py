"""Authenticate the caller by the bearer token of a request, and check its role."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.openapi.spec import SecurityRequirement

from domain.errors import Forbidden, Unauthenticated
from domain.identity.accounts.states import Role
from runtime.service_tokens import PREFIX, caller_by
from runtime.tokens import Caller
from web.headers import header
from web.services import Services

ANONYMOUS = "anonymous"
"""The actor of a request whose caller is not authenticated yet."""
SCHEME = "bearer "
CALLER = "handwork.caller"
"""The key in the scope under which a request with a valid token holds its caller."""
SIGNED_IN: SecurityRequirement = {"bearer": []}
"""The security that routes declare that need a token."""


def caller_of(request: Request[Any, Any, Any], services: Services) -> Caller:
    """Return the caller that the bearer token names; ``Unauthenticated`` without a valid token."""
    known: Caller | None = request.scope.get(CALLER)  # type: ignore[assignment]  # our own key
    if known is not None:  # a guard has verified the token before
        return known
    given = header(request.scope, b"authorization") or ""
    if given[: len(SCHEME)].lower() != SCHEME:
        raise Unauthenticated("token_missing", "Send an access token: Authorization: Bearer …")
    token = given[len(SCHEME) :].strip()
    caller = caller_by(token) if token.startswith(PREFIX) else services.tokens.verify(token, services.clock())
    request.scope[CALLER] = caller  # type: ignore[literal-required]  # our own key
    request.scope["handwork.account"] = caller.account_id  # type: ignore[typeddict-unknown-key]  # for the log line
    return caller


def require(caller: Caller, role: Role) -> None:
    if caller.role != role:
        raise Forbidden("wrong_role", f"Only {_a(role)} may do this. You are {_a(caller.role)}.")


def _a(role: str) -> str:
    return f"an {role}" if role == Role.ADMIN else f"a {role}"


def require_session(caller: Caller) -> None:
    """Refuse a service token (``Forbidden``) on a route about a person's session, password or address."""
    if caller.service_hash:
        raise Forbidden(
            "service_token", "This needs a person's session, and this is a service token. Log in as a person."
        )
