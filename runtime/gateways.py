"""The providers of this process, built once from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.payments.ports import CardPayments, NotOurs, PaymentEvent
from domain.refunds.ports import PaymentRefunded, RefundEvent, Refunds
from gateways.http import UnsafeAddress, check_address
from gateways.stripe.open import open_all
from gateways.stripe.translate import translate
from runtime.settings import Settings, SettingsError

Event = PaymentEvent | RefundEvent | PaymentRefunded | NotOurs
Translate = Callable[[str], Event]

TRANSLATORS: Mapping[str, Translate] = {"stripe": translate}
"""By the provider's name in the inbox."""


@dataclass(frozen=True, slots=True)
class Gateways:
    """Tests give their own; a process has one, used from one event loop."""

    cards: CardPayments
    refunds: Refunds
    translators: Mapping[str, Translate]

    def translate(self, provider: str, payload: str) -> Event:
        """``LookupError`` for a provider that is not ours, ``msgspec.MsgspecError`` for what cannot be read."""
        return self.translators[provider](payload)

    async def close(self) -> None:
        """On the loop that made the calls; none may follow."""
        await self.cards.close()


def build_gateways(settings: Settings) -> Gateways:
    """``SettingsError`` for a missing key, or an address that must not see it.  Opens no connection yet."""
    if not settings.stripe_secret_key:
        raise SettingsError("STRIPE_SECRET_KEY: must be set; `handwork up` makes one for the sandbox")
    try:
        check_address(settings.stripe_api_base)
    except UnsafeAddress as error:
        raise SettingsError(f"STRIPE_API_BASE: {error}") from error
    stripe = open_all(settings.stripe_secret_key, settings.stripe_api_base)
    return Gateways(stripe.cards, stripe.refunds, TRANSLATORS)
