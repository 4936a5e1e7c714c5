"""Webhooks that Stripe did not send, or that cannot be read: a clear 400, and nothing changes."""

from __future__ import annotations

from datetime import timedelta

from tests.contents import contents, unchanged
from tests.integration.web.conftest import Site
from tests.people import made
from tests.problems import assert_problem, assert_refused
from tests.story import task_of
from tests.stripe_webhooks import event_body, signature

BODY = event_body("evt_1")


async def test_every_wrong_signature_is_named(site: Site) -> None:
    now = site.clock()
    good = signature(BODY, now)
    seconds, _, digest = good.partition(",v1=")
    wrong = {
        "empty": ("", "missing_signature"),
        "words": ("let me in", "malformed_signature"),
        "no time": (f"v1={digest}", "malformed_signature"),
        "no signature": (seconds, "malformed_signature"),
        "two times": (f"{seconds},{good}", "malformed_signature"),
        "time in words": (f"t=now,v1={digest}", "malformed_signature"),
        "time without end": (f"t={'9' * 400},v1={digest}", "malformed_signature"),
        "long": (good + ",v1=0" * 2_000, "malformed_signature"),
        "another secret": (signature(BODY, now, "whsec_other"), "wrong_signature"),
        "another body": (signature(BODY + b" ", now), "wrong_signature"),
        "another time": (f"{seconds[:-1]}9,v1={digest}", "wrong_signature"),
        "another scheme": (f"{seconds},v0={digest}", "malformed_signature"),
        "cut": (good[:-1], "wrong_signature"),
        "old": (signature(BODY, now - timedelta(seconds=301)), "signature_too_old"),
        "from the future": (signature(BODY, now + timedelta(seconds=301)), "signature_in_future"),
    }
    for name, (header, code) in wrong.items():
        await assert_refused(site.database, site.webhook(BODY, header), 400, code, name)


async def test_an_unsigned_webhook_is_told_so(site: Site) -> None:
    with unchanged(site.database):
        answer = await site.http.post("/webhooks/stripe", json={"type": "ping"})
    problem = assert_problem(answer, 400, "missing_signature")
    assert "Stripe-Signature" in problem["detail"]


async def test_either_secret_of_a_rotation_is_good_and_so_is_a_clock_a_little_off(site: Site) -> None:
    headers = [
        signature(BODY, site.clock(), "whsec_next"),
        signature(BODY, site.clock(), "whsec_other") + ",v1=" + signature(BODY, site.clock()).partition("v1=")[2],
        signature(BODY, site.clock() - timedelta(seconds=300)),
        signature(BODY, site.clock() + timedelta(seconds=300)),
    ]
    for header in headers:
        made(await site.webhook(BODY, header), 200)


async def test_a_signed_body_that_is_no_event_is_refused(site: Site) -> None:
    bodies = {
        "empty": b"",
        "not JSON": b"id=evt_1&type=x",
        "a list": b"[]",
        "no id": b'{"type": "x"}',
        "no type": b'{"id": "evt_1"}',
        "an id that is a number": b'{"id": 1, "type": "x"}',
        "an empty id": b'{"id": "", "type": "x"}',
        "a long id": b'{"id": "' + b"e" * 121 + b'", "type": "x"}',
        "NUL in the id": b'{"id": "evt_\\u0000", "type": "x"}',
        "a line end in the id": b'{"id": "evt_1\\n", "type": "x"}',
        "invalid UTF-8 in a field": b'{"id": "evt_1", "type": "\xff"}',
        "invalid UTF-8 elsewhere": b'{"id": "evt_1", "type": "x", "data": "\xff"}',
        "half a surrogate pair": b'{"id": "evt_\\ud800", "type": "x"}',
        "nested without end": b'{"id": "evt_1", "type": "x", "data": ' + b"[" * 100_000,
    }
    for name, body in bodies.items():
        await assert_refused(site.database, site.webhook(body), 400, "event_malformed", name)


async def test_what_we_do_not_know_of_an_event_does_not_matter(site: Site) -> None:
    body = event_body("evt_9", type="brand.new", data={"object": {"emoji": "🔧", "text": "\u0000"}}, extra=[1] * 100)
    assert made(await site.webhook(body), 200) == {"received": True, "new": True}
    (row,) = contents(site.database)["inbox"]
    assert row[2] == body.decode()


async def test_a_second_body_under_the_same_event_id_changes_nothing(site: Site) -> None:
    made(await site.webhook(BODY), 200)
    with unchanged(site.database):
        assert made(await site.webhook(event_body("evt_1", more=1)), 200)["new"] is False


async def test_the_event_carries_the_correlation_id_of_its_delivery(site: Site) -> None:
    answer = await site.webhook(BODY)
    row = task_of(site.database, "webhooks.process")
    assert row.correlation_id == answer.headers["x-correlation-id"]
