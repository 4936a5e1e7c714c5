"""From where a request comes."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from runtime.settings import Network

HEADER = b"x-forwarded-for"
MOST_HOPS = 20
NOBODY = "-"
"""A peer without an address: a local socket."""


def client_address(scope: Any, trusted: Sequence[Network]) -> str:
    """The peer's address, or, as long as that is a proxy that we trust, the one that it says it was asked by.

    What stands before the last untrusted hop anybody can write.  Of IPv6 it is the /64, which one customer has whole.
    """
    peer = scope.get("client")
    found = str(peer[0]) if peer else NOBODY
    if trusted and _is_trusted(found, trusted):
        for hop in reversed(_hops(scope)):
            if not _is_address(hop):
                break
            found = hop
            if not _is_trusted(hop, trusted):
                break
    return _network(found)


def _hops(scope: Any) -> list[str]:
    values = [value.decode("latin-1") for name, value in scope["headers"] if name == HEADER]
    return [hop.strip() for hop in ",".join(values).rsplit(",", MOST_HOPS)[-MOST_HOPS:]]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_trusted(text: str, trusted: Sequence[Network]) -> bool:
    return _is_address(text) and any(ip_address(text) in network for network in trusted)


def _network(text: str) -> str:
    if not _is_address(text):
        return text
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((int(address), 64), strict=False))
    return text
