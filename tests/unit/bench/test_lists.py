"""The requests of a load are whole, signed, and each is another one."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import stripe

from bench.load import lists
from bench.load.event import EVENT_ID_LENGTH
from bench.load.lists import PIECE, write_list
from bench.load.python_driver import made_requests

SECRET = "whsec_0123456789abcdef"
SIGNED_AT = 1_790_000_000


def parted(request: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    return first, {name.lower(): value for name, value in (line.split(": ", 1) for line in rest)}, body


def test_a_payment_has_its_own_booking_key_and_token(tmp_path: Path) -> None:
    orders = [("bkg_1", "key-1", "alice-token"), ("bkg_2", "key-2", "charlie-token")]
    first, second = map(parted, made_requests(lists.payments(tmp_path, "pay", orders, booking_id_length=5)))
    assert first[0] == "POST /payments HTTP/1.1"
    assert first[1]["authorization"] == "Bearer alice-token"
    assert first[1]["idempotency-key"] == "key-1"
    assert int(first[1]["content-length"]) == len(first[2])
    assert json.loads(second[2]) == {"booking_id": "bkg_2", "provider": "stripe", "payment_method": "pm_card_visa"}


def test_a_booking_id_of_another_length_would_break_the_body_and_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not 5 characters long"):
        lists.payments(tmp_path, "pay", [("bkg_10", "key", "token")], booking_id_length=5)


def test_every_webhook_is_signed_as_stripe_signs(tmp_path: Path) -> None:
    ids = [f"evt_{n:0{EVENT_ID_LENGTH - 4}x}" for n in range(3)]
    made = lists.webhooks(tmp_path, "hook", ids, secret=SECRET, signed_at=SIGNED_AT)
    seen = []
    for _, headers, body in map(parted, made_requests(made)):
        assert int(headers["content-length"]) == len(body)
        assert stripe.WebhookSignature.verify_header(body.decode(), headers["stripe-signature"], SECRET, tolerance=None)
        seen.append(json.loads(body)["id"])
    assert seen == ids


def test_a_page_of_jobs_is_one_request_over_and_over(tmp_path: Path) -> None:
    made = lists.first_page(tmp_path, "cached")
    repeated = list(itertools.islice(made_requests(made), 3))
    assert made.again
    assert len(set(repeated)) == 1
    assert repeated[0].startswith(b"GET /jobs?status=open&limit=20 HTTP/1.1\r\n")
    assert repeated[0].endswith(b"\r\n\r\n")


def test_a_line_that_does_not_fill_the_template_is_refused_and_so_is_none_at_all(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 cuts, a line has 2 fields"):
        write_list(tmp_path, "bad", f"a{PIECE}b", [("1", "2")], again=False)
    with pytest.raises(ValueError, match="is empty"):
        write_list(tmp_path, "none", "a", [], again=False)
