"""Access tokens that are no good, and roles that may not: refused, and nothing changes."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt

from runtime.tokens import Tokens, _kid
from tests.contents import unchanged
from tests.integration.web.conftest import SETTINGS, Site
from tests.people import JOB, Person
from tests.problems import assert_problem, assert_refused

SECRET = SETTINGS["JWT_SECRET_KEY"]
PREVIOUS = SETTINGS["JWT_PREVIOUS_SECRET_KEYS"]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forgeries(alice: Person, now: int) -> dict[str, str]:
    """Tokens that say they are alice's."""
    claims: dict[str, Any] = {"sub": alice.id, "sid": "ses_1", "role": "client", "iat": now, "exp": now + 900}
    known = {"kid": _kid(SECRET)}
    head, body, tail = alice.token.split(".")
    none = b64(json.dumps({"alg": "none", "typ": "JWT", **known}).encode())
    return {
        "empty": "",
        "no dots": "x",
        "two dots": "..",
        "not base64": "é.é.é",
        "alg none": jwt.encode(claims, key=None, algorithm="none", headers=known),
        "alg none with our body": f"{none}.{body}.",
        "alg none with our signature": f"{none}.{body}.{tail}",
        "alg NONE": b64(b'{"alg": "NONE"}') + f".{body}.",
        "another secret": jwt.encode(claims, "x" * 32, algorithm="HS256", headers=known),
        "a kid nobody knows": jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": "deadbeef"}),
        "another algorithm": jwt.encode(claims, SECRET * 2, algorithm="HS512", headers=known),
        "our secret, another algorithm": jwt.encode(claims, SECRET.ljust(64, "j"), algorithm="HS384", headers=known),
        "another's role": f"{head}.{b64(json.dumps({**claims, 'role': 'admin'}).encode())}.{tail}",
        "signature cut": alice.token[:-5],
        "signature missing": f"{head}.{body}.",
        "no claims": jwt.encode({}, SECRET, algorithm="HS256", headers=known),
        **{
            f"no {name}": jwt.encode({k: v for k, v in claims.items() if k != name}, SECRET, headers=known)
            for name in claims
        },
        "expiry out of all range": jwt.encode({**claims, "exp": 10**30}, SECRET, algorithm="HS256", headers=known),
        "expiry out of range": jwt.encode({**claims, "exp": 10**18}, SECRET, headers=known),
        "nested header": b64(b'{"alg":' + b"[" * 20_000) + f".{body}.{tail}",
        "header is a list": b64(b"[]") + f".{body}.{tail}",
        "kid is a list": b64(b'{"alg": "HS256", "kid": []}') + f".{body}.{tail}",
        "nested body": f"{head}." + b64(b"[" * 20_000) + f".{tail}",
        "huge": "x" * 100_000,
        "twice": f"{alice.token} {alice.token}",
    }


async def test_forged_tokens_open_nothing(site: Site, alice: Person) -> None:
    for name, token in forgeries(alice, int(site.clock().timestamp())).items():
        with unchanged(site.database, name):
            headers = [(b"Authorization", b"Bearer " + token.encode())]
            answer = await site.http.post("/jobs", json=JOB, headers=headers)
        assert_problem(answer, 401, "token_invalid", name)
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_without_the_word_bearer_is_none(site: Site, alice: Person) -> None:
    for header in (alice.token, f"Basic {alice.token}"):
        asked = site.http.post("/jobs", json=JOB, headers={"Authorization": header})
        await assert_refused(site.database, asked, 401, "token_missing", header)


async def test_an_expired_token_is_refused_from_the_second_on(site: Site, alice: Person) -> None:
    site.clock.forward(seconds=899)
    assert (await alice.get("/notifications")).status_code == 200
    site.clock.forward(seconds=1)
    await assert_refused(site.database, alice.post("/jobs", JOB), 401, "token_expired")
    assert_problem(await alice.get("/notifications"), 401, "token_expired")


async def test_a_secret_that_was_replaced_logs_nobody_out(site: Site, alice: Person) -> None:
    before = Tokens(PREVIOUS, (), site.services.tokens._lifetime)
    session_id = site.services.tokens.verify(alice.token, site.clock()).session_id
    token, _ = before.issue(alice.id, "client", session_id, site.clock())
    answer = await site.http.get("/notifications", headers={"Authorization": f"bearer {token}"})
    assert answer.status_code == 200
