"""When webhooks are sent again, and how they are signed."""

from __future__ import annotations

import pytest

from sandbox.delivery import GIVE_UP_AFTER_MS, sign
from sandbox.posting import Endpoint

ENDPOINT = Endpoint("http://localhost/", "whsec_1", retry_ms=1000, cap_ms=30_000)


@pytest.mark.parametrize(("attempt", "pause"), [(1, 1000), (2, 2000), (5, 16_000), (6, 30_000), (9000, 30_000)])
def test_the_pause_doubles_up_to_its_cap(attempt: int, pause: int) -> None:
    assert ENDPOINT.again_at(0, 5, attempt, GIVE_UP_AFTER_MS) == 5 + pause


def test_after_three_days_it_is_given_up() -> None:
    last = GIVE_UP_AFTER_MS - 30_000
    assert ENDPOINT.again_at(0, last, 9, GIVE_UP_AFTER_MS) == GIVE_UP_AFTER_MS
    assert ENDPOINT.again_at(0, last + 1, 9, GIVE_UP_AFTER_MS) is None


def test_the_signature_is_stripes() -> None:
    """The value was computed with ``openssl dgst -sha256 -hmac``."""
    expected = "3e0db1702e0f7f22b60b35cf5e3038613c935547b54a15af935ac4f0d0b7c448"
    assert sign(b'{"id":"evt_1"}', "whsec_1", 1_795_000_000) == f"t=1795000000,v1={expected}"
