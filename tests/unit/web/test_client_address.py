"""From where a request comes: nobody chooses it but the proxies that we trust."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from web.client_address import client_address

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("::1/128")]


def address(peer: str | None, *forwarded: str, trusted: bool = True) -> str:
    scope = {
        "client": (peer, 1234) if peer is not None else None,
        "headers": [(b"host", b"x"), *((b"x-forwarded-for", value.encode("latin-1")) for value in forwarded)],
    }
    return client_address(scope, TRUSTED if trusted else [])


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),  # no proxy of ours
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.2.3.4, 198.51.100.1",), "198.51.100.1"),  # the client wrote the first
        ("10.0.0.1", ("1.2.3.4, 198.51.100.1, 10.9.9.9",), "198.51.100.1"),  # two proxies of ours
        ("10.0.0.1", ("1.2.3.4", "198.51.100.1"), "198.51.100.1"),  # two headers
        ("10.0.0.1", ("10.0.0.2, 10.0.0.3",), "10.0.0.2"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("10.0.0.1", ("1.2.3.4, nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("1.2.3.4, \xff\x00",), "10.0.0.1"),
        ("10.0.0.1", (", ".join(["1.2.3.4"] * 10_000 + ["198.51.100.1"]),), "198.51.100.1"),
        ("10.0.0.1", ("x" * 60_000,), "10.0.0.1"),
        ("::1", ("2001:db8:1:2:3:4:5:6",), "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", (), "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", (), "203.0.113.9"),
        (None, ("1.2.3.4",), "-"),
    ],
)
def test_the_last_hop_that_is_not_ours(peer: str | None, forwarded: tuple[str, ...], found: str) -> None:
    assert address(peer, *forwarded) == found


def test_without_trusted_proxies_the_header_says_nothing() -> None:
    assert address("10.0.0.1", "198.51.100.1", trusted=False) == "10.0.0.1"
