"""The providers of this process, built once from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.payments.ports import CardPayments, NotOurs, PaymentEvent
from gateways.http import UnsafeAddress, check_address
from gateways.stripe.cards import open_stripe
from gateways.stripe.translate import translate
from runtime.settings import Settings, SettingsError

Translate = Callable[[str], PaymentEvent | NotOurs]

TRANSLATORS: Mapping[str, Translate] = {"stripe": translate}
"""By the provider's name in the inbox."""


@dataclass(frozen=True, slots=True)
class Gateways:
    """Tests give their own; a process has one, used from one event loop."""

    cards: CardPayments
    translators: Mapping[str, Translate]

    def translate(self, provider: str, payload: str) -> PaymentEvent | NotOurs:
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
    cards = open_stripe(settings.stripe_secret_key, settings.stripe_api_base)
    return Gateways(cards, TRANSLATORS)
