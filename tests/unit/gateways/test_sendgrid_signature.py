"""Only SendGrid's own bytes, signed lately, are believed."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest
from sendgrid.helpers.eventwebhook import EventWebhook

from cli.stack.keys import public_key_of
from gateways.sendgrid.signature import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    UnusableKey,
    read_key,
    verify,
)
from gateways.signature import SignatureError
from tests.clock import START
from tests.sendgrid_webhooks import PUBLIC_KEY, STRANGERS_KEY, batch, event, headers

BODY = batch(event("delivered", "e1"), event("bounce", "e2"))


def check(body: bytes, given: dict[str, str], *, late: timedelta = timedelta(0), keys: tuple[str, ...] = ()) -> None:
    now = START + late
    verify(body, given.get(SIGNATURE_HEADER), given.get(TIMESTAMP_HEADER), keys or (PUBLIC_KEY,), now, 300)


def test_what_sendgrid_signed_is_believed_and_the_sdk_agrees() -> None:
    given = headers(BODY, START)
    check(BODY, given)
    check(BODY, given, late=timedelta(seconds=300))
    sdk = EventWebhook(PUBLIC_KEY)
    assert sdk.verify_signature(BODY.decode(), given[SIGNATURE_HEADER], given[TIMESTAMP_HEADER])


def test_the_successor_of_a_key_is_believed_too() -> None:
    check(BODY, headers(BODY, START), keys=(public_key_of(STRANGERS_KEY), PUBLIC_KEY))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda _: {}, "missing_signature"),
        (lambda h: {TIMESTAMP_HEADER: h[TIMESTAMP_HEADER]}, "missing_signature"),
        (lambda h: {SIGNATURE_HEADER: h[SIGNATURE_HEADER]}, "missing_signature"),
        (lambda h: {**h, SIGNATURE_HEADER: "no base64!"}, "malformed_signature"),
        (lambda h: {**h, SIGNATURE_HEADER: "é"}, "malformed_signature"),
        (lambda h: {**h, SIGNATURE_HEADER: "A" * 10_000}, "malformed_signature"),
        (lambda h: {**h, SIGNATURE_HEADER: b64encode(b"not a signature").decode()}, "wrong_signature"),
        (lambda h: {**h, TIMESTAMP_HEADER: "٣"}, "malformed_signature"),
        (lambda h: {**h, TIMESTAMP_HEADER: "-1"}, "malformed_signature"),
        (lambda h: {**h, TIMESTAMP_HEADER: "9" * 13}, "malformed_signature"),
        (lambda h: {**h, TIMESTAMP_HEADER: str(int(h[TIMESTAMP_HEADER]) + 1)}, "wrong_signature"),
    ],
)
def test_what_is_wrong_with_a_signature_is_said(change, code: str) -> None:
    with pytest.raises(SignatureError) as caught:
        check(BODY, change(headers(BODY, START)))
    assert caught.value.code == code


def test_another_body_another_key_another_time() -> None:
    given = headers(BODY, START)
    for body, sent, late, code in [
        (BODY.replace(b"\r\n", b"\n"), given, timedelta(0), "wrong_signature"),
        (BODY + b" ", given, timedelta(0), "wrong_signature"),
        (BODY, headers(BODY, START, STRANGERS_KEY), timedelta(0), "wrong_signature"),
        (BODY, given, timedelta(seconds=301), "signature_too_old"),
        (BODY, given, timedelta(seconds=-301), "signature_in_future"),
    ]:
        with pytest.raises(SignatureError) as caught:
            check(body, sent, late=late)
        assert caught.value.code == code


def test_without_a_key_nothing_is_believed() -> None:
    given = headers(BODY, START)
    with pytest.raises(SignatureError):
        verify(BODY, given[SIGNATURE_HEADER], given[TIMESTAMP_HEADER], (), START, 300)


@pytest.mark.parametrize("text", ["", "key", "!", b64encode(b"x" * 91).decode(), "é"])
def test_a_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UnusableKey):
        read_key(text)
