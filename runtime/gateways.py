"""The providers of this process, built once from the settings."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from domain.payments.ports import CardPayments, NotOurs, PaymentEvent


@dataclass(frozen=True, slots=True)
class Gateways:
    """``translate(provider, payload)`` reads a verified webhook; ``close`` ends the connections."""

    cards: CardPayments
    translate: Callable[[str, str], PaymentEvent | NotOurs]
    close: Callable[[], Coroutine[Any, Any, None]]
