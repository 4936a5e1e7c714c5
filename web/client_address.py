"""Find the address that a request comes from."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from runtime.settings import Network

HEADER = b"x-forwarded-for"
MOST_HOPS = 20
NOBODY = "-"
"""The address of a peer that has none, such as a local socket."""


def client_address(scope: Any, trusted: Sequence[Network]) -> str:
    """Return the peer's address; where the peer is a proxy that we trust, the address that the proxy reports.

    Hops before the last untrusted one are ignored, because any client can forge them.  An IPv6 address is returned as
    its /64, because one customer owns all of it.
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
