"""Read the sandbox's own counts of what really happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

TRIES = 6
"""Attempts to connect, with growing pauses of fifteen seconds in all: chaos may just have killed the sandbox."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The sandbox's counts.

    ``charges`` and ``charged_minor`` are by payment; ``transfers``, ``payouts`` (without failed ones) and
    ``paid_minor`` (the amount that the bank has) are by payout.  ``mails`` arrived, and ``doubled`` more than once."""

    charges: Mapping[str, int] = field(default_factory=dict)
    charged_minor: Mapping[str, int] = field(default_factory=dict)
    transfers: Mapping[str, int] = field(default_factory=dict)
    payouts: Mapping[str, int] = field(default_factory=dict)
    paid_minor: Mapping[str, int] = field(default_factory=dict)
    mails: int = 0
    doubled: Sequence[str] = ()


def connect(url: str) -> httpx.Client:
    transport = httpx.HTTPTransport(retries=TRIES, trust_env=False)
    return httpx.Client(base_url=url, timeout=30.0, transport=transport, trust_env=False)


def testify(url: str, addresses: str) -> Truth:
    """Return the sandbox's counts.  ``addresses``: only e-mails whose address contains this text count."""
    with connect(url) as sandbox:

        def ask(path: str, **query: str) -> dict[str, Any]:
            found: dict[str, Any] = sandbox.get(f"/sandbox/{path}", params=query).raise_for_status().json()
            return found

        charged, left, mails = ask("effects"), ask("effects/paid-out"), ask("effects/mails", to=addresses)
    return Truth(
        charges=charged["by_payment"],
        charged_minor=charged["amounts"],
        transfers=left["transfers"],
        payouts=left["payouts_made"],
        paid_minor=left["payouts_paid"],
        mails=mails["mails"],
        doubled=mails["doubled"],
    )
