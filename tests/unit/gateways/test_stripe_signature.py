"""Which webhooks we believe; the SDK is the witness."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from gateways.signature import SignatureError
from gateways.stripe.signature import MAXIMUM_HEADER, verify

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "whsec_current"
NEXT = "whsec_successor"
TOLERANCE = 300
BODY = b'{"id": "evt_1", "type": "payment_intent.succeeded"}'


def sign(body: bytes = BODY, secret: str = SECRET, at: datetime = NOW, scheme: str = "v1") -> str:
    seconds = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},{scheme}={digest}"


def code_of(header: str | None, body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,)) -> str | None:
    try:
        verify(body, header, secrets, NOW, TOLERANCE)
    except SignatureError as error:
        return error.code
    return None


def digest_of(header: str) -> str:
    return header.partition("v1=")[2]


def test_a_signed_body_is_believed() -> None:
    assert code_of(sign()) is None


@pytest.mark.parametrize("header", [None, ""])
def test_no_header_is_missing(header: str | None) -> None:
    assert code_of(header) == "missing_signature"


@pytest.mark.parametrize(
    "header",
    [
        "nonsense",
        ",,,",
        "v1=aa",
        "t=1",
        "t=,v1=aa",
        "t=soon,v1=aa",
        "t=-5,v1=aa",
        "t=1.5,v1=aa",
        "t=٣,v1=aa",
        "t=1,t=2,v1=aa",
        f"t={'9' * 5000},v1=aa",
        f"t={'9' * 13},v1=aa",
        "t=1,v1=",
        "t=1," + "v1=aa," * MAXIMUM_HEADER,
    ],
)
def test_what_cannot_be_read_is_malformed(header: str) -> None:
    assert code_of(header) == "malformed_signature"


def test_the_test_scheme_is_ignored() -> None:
    assert code_of(sign(scheme="v0")) == "malformed_signature"
    assert code_of(f"{sign(scheme='v0')},v1=00") == "wrong_signature"


def test_another_secret_another_body_and_another_time_are_wrong() -> None:
    assert code_of(sign(secret="whsec_charlie")) == "wrong_signature"
    assert code_of(sign(), body=BODY + b" ") == "wrong_signature"
    moved = sign().replace(str(int(NOW.timestamp())), str(int(NOW.timestamp()) + 1))
    assert code_of(moved) == "wrong_signature"
    assert code_of(f"t={int(NOW.timestamp())},v1=é") == "wrong_signature"


def test_the_successor_of_a_secret_is_accepted_from_either_side() -> None:
    assert code_of(sign(secret=NEXT), secrets=(SECRET, NEXT)) is None
    both = f"{sign()},v1={digest_of(sign(secret=NEXT))}"
    assert code_of(both, secrets=(NEXT,)) is None
    assert code_of(both, secrets=(SECRET,)) is None
    assert code_of(both, secrets=("whsec_third",)) == "wrong_signature"


@pytest.mark.parametrize("secrets", [(), ("",), ("  ",)])
def test_without_a_secret_nothing_is_believed(secrets: tuple[str, ...]) -> None:
    assert code_of(sign(secret=secrets[0] if secrets else SECRET), secrets=secrets) == "wrong_signature"


@pytest.mark.parametrize(
    ("age", "expected"),
    [(0, None), (300, None), (301, "signature_too_old"), (-300, None), (-301, "signature_in_future")],
)
def test_a_signature_is_good_for_the_tolerance_both_ways(age: int, expected: str | None) -> None:
    assert code_of(sign(at=NOW - timedelta(seconds=age))) == expected


def test_a_stranger_does_not_learn_that_the_time_is_wrong() -> None:
    assert code_of(sign(secret="whsec_charlie", at=NOW - timedelta(days=1))) == "wrong_signature"


def test_bytes_that_are_no_text_are_signed_as_they_are() -> None:
    assert code_of(sign(body=b"\xff\x00\r\n"), body=b"\xff\x00\r\n") is None


@given(body=st.text(), secret=st.text(min_size=1, max_size=40).filter(str.strip), at=st.integers(0, 2**33))
def test_what_the_sdk_signs_we_believe(body: str, secret: str, at: int) -> None:
    try:
        raw, _ = body.encode(), secret.encode()
    except UnicodeEncodeError:
        return
    header = stripe.WebhookSignature.generate_signature_header(body, secret, timestamp=at)
    verify(raw, header, (secret,), datetime.fromtimestamp(at, UTC), TOLERANCE)


@given(flipped=st.integers(0, len(BODY) * 8 - 1))
def test_one_bit_of_the_body_makes_it_wrong(flipped: int) -> None:
    body = bytearray(BODY)
    body[flipped // 8] ^= 1 << flipped % 8
    assert code_of(sign(), body=bytes(body)) == "wrong_signature"


@given(header=st.text(max_size=200))
def test_no_header_can_do_more_than_be_refused(header: str) -> None:
    assert code_of(header) in {"missing_signature", "malformed_signature", "wrong_signature"}


def test_what_we_believe_the_sdk_believes() -> None:
    now = datetime.now(UTC)
    header = sign(at=now)
    verify(BODY, header, (SECRET,), now, TOLERANCE)
    event = stripe.Webhook.construct_event(BODY, header, SECRET)
    assert event.id == "evt_1"
