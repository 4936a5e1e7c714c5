"""Access tokens such as the service gives at login, for accounts and sessions that were seeded."""

from __future__ import annotations

import time

import jwt

from bench.seed.rows import CLIENTS, made_id

_LIFETIME_S = 900


def client_tokens(secret: str) -> list[str]:
    """One for each seeded client, in their order, good for as long as the service's own."""
    issued = int(time.time())
    same = {"role": "client", "iat": issued, "exp": issued + _LIFETIME_S}
    claims = ({"sub": made_id("acc", n), "sid": made_id("ses", n), **same} for n in range(CLIENTS))
    return [jwt.encode(each, secret, algorithm="HS256") for each in claims]
