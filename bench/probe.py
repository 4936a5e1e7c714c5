"""Ask each contender the same once, before the clock starts: the answers must mean the same."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bench.contenders import Contender, World
from bench.load.event import EVENT_ID_LENGTH, event_body
from bench.load.jobs import body, search
from bench.seed.rows import client_of, made_id
from bench.targets import CouldNotRun
from bench.tokens import client_tokens

_LIKENESS = 0.1
Answers = dict[str, bytes]


def ask(contender: Contender) -> Answers:
    """The bodies of one good answer of each route; ``CouldNotRun`` for any other answer."""
    with httpx.Client(base_url=f"http://127.0.0.1:{contender.port}", timeout=30, trust_env=False) as http:
        got = {**_reads(http, contender), **_writes(http, contender.world)}
    for route, answer in got.items():
        if not answer.is_success:
            raise CouldNotRun(f"{contender.name} answers {route} with {answer.status_code}: {answer.text[:500]}")
    return {route: answer.content for route, answer in got.items()}


def _reads(http: httpx.Client, contender: Contender) -> dict[str, httpx.Response]:
    middle = contender.world.size.assigned * 3_000
    return {
        "cached": http.get("/jobs", params={"status": "open", "limit": 20}),
        "pages": http.get("/jobs", params={"status": "open", "limit": 20, "cursor": contender.requests.cursor(middle)}),
        "searches": http.get(f"/jobs?{search('drips', 'plumbing', 9_000)}"),
    }


def _writes(http: httpx.Client, world: World) -> dict[str, httpx.Response]:
    booking = world.size.bookings - 1
    token = {"Authorization": f"Bearer {client_tokens(world.jwt_secret)[client_of(booking)]}"}
    payment = {"booking_id": made_id("bkg", booking), "provider": "stripe", "payment_method": "pm_card_visa"}
    signed_at = int(time.time())
    event = event_body("evt_" + "f" * (EVENT_ID_LENGTH - 4), signed_at)
    mac = hmac.new(world.webhook_secret.encode(), f"{signed_at}.{event}".encode(), hashlib.sha256)
    signature = {"Stripe-Signature": f"t={signed_at},v1={mac.hexdigest()}"}
    as_json = {"Content-Type": "application/json; charset=utf-8"}
    return {
        "payments": http.post("/payments", json=payment, headers={**token, "Idempotency-Key": "probe"}),
        "webhooks": http.post("/webhooks/stripe", content=event, headers={**signature, **as_json}),
        "posts": http.post("/jobs", content=body(0), headers={**token, **as_json}),
    }


def keep(answers: Answers, folder: Path) -> Path:
    """Write them down for the floor."""
    folder.mkdir(parents=True, exist_ok=True)
    for route, answer in answers.items():
        (folder / route).write_bytes(answer)
    return folder


def check_alike(everybody: Mapping[str, Answers]) -> None:
    """``CouldNotRun`` when two contenders answer in other shapes, or in sizes more than a tenth apart."""
    first, *others = everybody
    for other in others:
        for route, theirs in everybody[other].items():
            ours = everybody[first][route]
            if shape(msgspec.json.decode(ours)) != shape(msgspec.json.decode(theirs)):
                raise CouldNotRun(f"{first} and {other} answer {route} differently:\n{ours!r}\n{theirs!r}")
            if abs(len(theirs) / len(ours) - 1) > _LIKENESS:
                raise CouldNotRun(f"{route}: {first} answers {len(ours)} bytes, {other} {len(theirs)}")


def shape(value: Any) -> Any:
    """Names and nesting, without values; a list is as its first item."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [len(value), *(shape(inner) for inner in value[:1])]
    return None
