"""Access tokens that are no good, and roles that may not: refused, and nothing changes."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt

from runtime.tokens import Tokens, _kid
from tests.contents import unchanged
from tests.integration.web.conftest import SETTINGS, Site
from tests.people import JOB, OFFER, Body, Person, applied, hired, posted
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


async def test_without_a_bearer_token_every_door_is_closed(site: Site) -> None:
    alice, bob = await site.people.alice(), await site.people.bob()
    booking = await hired(alice, bob)
    job = await posted(alice)
    offer = await applied(bob, job["id"])
    payment = (await alice.pay(booking["id"])).json()
    doors = [
        ("POST", "/jobs", JOB),
        ("POST", f"/jobs/{job['id']}/applications", OFFER),
        ("GET", f"/jobs/{job['id']}/applications", None),
        ("POST", f"/applications/{offer['id']}/hire", None),
        ("GET", f"/bookings/{booking['id']}", None),
        ("POST", "/payments", {"booking_id": booking["id"]}),
        ("GET", f"/payments/{payment['id']}", None),
        ("GET", "/notifications", None),
    ]
    for method, path, body in doors:
        for header in ({}, {"Authorization": alice.token}, {"Authorization": f"Basic {alice.token}"}):
            with unchanged(site.database, path):
                answer = await site.http.request(method, path, json=body, headers={**header, "Idempotency-Key": "k"})
            assert_problem(answer, 401, "token_missing", (path, header))


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


async def test_each_role_keeps_to_its_own(site: Site, alice: Person, bob: Person, job: Body) -> None:
    booking = await hired(alice, bob)
    offer = await applied(bob, job["id"])
    wrong = [
        (bob, "/jobs", JOB),
        (alice, f"/jobs/{job['id']}/applications", OFFER),  # her own job
        (bob, f"/applications/{offer['id']}/hire", None),  # his own application
        (bob, "/payments", {"booking_id": booking["id"]}),
    ]
    for person, path, body in wrong:
        with unchanged(site.database, path):
            answer = await person.post(path, body, headers={"Idempotency-Key": "k"})
        assert_problem(answer, 403, "wrong_role", path)
