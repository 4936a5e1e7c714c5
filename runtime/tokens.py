"""Access tokens: JWT, HS256, 15 minutes.  ``kid`` names the key, so that rotating the secret logs no user out."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import jwt
import msgspec

from domain.errors import Unauthenticated
from domain.schema.types import from_micros

ALGORITHM = "HS256"
CACHE_LIMIT = 10_000


class Caller(msgspec.Struct, frozen=True):
    """The account that a token names, and when the token expires.

    The database decides whether the session, or the service token with this ``service_hash``, is still valid."""

    account_id: str
    role: str
    session_id: str
    expires_at: datetime
    service_hash: str = ""


def _kid(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:12]


class Tokens:
    """Issues tokens with the current secret, and accepts tokens of the previous secrets too.

    A check costs 29 microseconds, so this object caches a verified token until it expires.
    """

    def __init__(self, secret: str, previous: tuple[str, ...], lifetime: timedelta) -> None:
        self._secret = secret
        self._secrets = {_kid(s): s for s in (*previous, secret)}
        self._lifetime = lifetime
        self._verified: dict[str, Caller] = {}

    def issue(self, account_id: str, role: str, session_id: str, now: datetime) -> tuple[str, int]:
        """Return a token and its lifetime in seconds."""
        expires = now + self._lifetime
        claims = {
            "sub": account_id,
            "role": role,
            "sid": session_id,
            "iat": int(now.timestamp()),
            "exp": int(expires.timestamp()),
        }
        token = jwt.encode(claims, self._secret, algorithm=ALGORITHM, headers={"kid": _kid(self._secret)})
        return token, int(self._lifetime.total_seconds())

    def verify(self, token: str, now: datetime) -> Caller:
        """Return the caller; ``Unauthenticated`` for a forged, malformed or expired token, or an unknown key."""
        known = self._verified.get(token)
        if known is None:
            known = self._check(token)
            if len(self._verified) >= CACHE_LIMIT:
                self._verified.clear()
            self._verified[token] = known
        if known.expires_at <= now:
            self._verified.pop(token, None)
            raise Unauthenticated("token_expired", "This access token has expired.")
        return known

    def _check(self, token: str) -> Caller:
        try:
            kid = jwt.get_unverified_header(token).get("kid", "")
            claims = jwt.decode(
                token,
                self._secrets.get(kid, self._secret),
                algorithms=[ALGORITHM],
                # ``verify`` compares the expiry with the injected clock.
                options={"require": ["exp", "sub", "sid", "iat"], "verify_exp": False, "verify_iat": False},
            )
            expires_at = from_micros(int(claims["exp"]) * 1_000_000)
            return Caller(str(claims["sub"]), str(claims["role"]), str(claims["sid"]), expires_at)
        except (jwt.InvalidTokenError, KeyError, ValueError, OverflowError, OSError, TypeError) as error:
            raise Unauthenticated("token_invalid", "This access token is not valid.") from error
