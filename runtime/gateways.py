"""The providers of this process, built once from the settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from domain.announcements.channels import EMAIL
from domain.announcements.deliveries.ports import Carrier
from domain.payments.ports import CardPayments
from domain.payments.refunds.ports import Refunds
from domain.payouts.accounts.ports import PayoutAccounts
from domain.payouts.ports import Payouts
from domain.platform.inbox.ports import Events
from domain.provider_errors import TryLater
from domain.provider_events.apply import Event
from gateways.http import UnsafeAddress, check_address
from gateways.sendgrid import translate as sendgrid
from gateways.stripe.lookups import KEY_LIFETIME
from gateways.stripe.translate import translate
from runtime.settings import Settings, SettingsError

T = TypeVar("T")
Translate = Callable[[str], Event]

TRANSLATORS: Mapping[str, Translate] = {"stripe": translate, "sendgrid": sendgrid.translate}
"""The function that translates a provider's events, by the provider's name in the inbox."""


@dataclass(frozen=True, slots=True)
class Rail:
    """One payment provider: a port for each kind of call.

    ``key_lifetime``: how long the provider certainly remembers an idempotency key; until then the same key is a repeat.
    ``close`` closes its connections.
    """

    pay: CardPayments
    refund: Refunds
    payout: Payouts
    payout_accounts: PayoutAccounts
    events: Events
    key_lifetime: timedelta
    close: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Gateways:
    """The providers that a process calls.  A process has one object and uses it from one event loop.

    ``rails``: by the provider's name in orders and in the inbox.  ``carriers``: by the name of the channel
    whose messages they send.  ``translators``: by the provider's name in the inbox.
    """

    rails: Mapping[str, Rail]
    carriers: Mapping[str, Carrier[Any]]
    translators: Mapping[str, Translate]

    def rail(self, provider: str) -> Rail:
        """Return the provider's rail; ``TryLater`` when this process has no keys for the provider."""
        return _find(self.rails, provider, "no_rail", "keys")

    def carrier(self, channel: str) -> Carrier[Any]:
        """Return the channel's carrier; ``TryLater`` when this process has none."""
        return _find(self.carriers, channel, "no_carrier", "carrier")

    def translate(self, provider: str, payload: str) -> Event:
        """Return the event in a webhook's payload.

        ``LookupError`` for an unknown provider; ``msgspec.MsgspecError`` for a payload that cannot be decoded.
        """
        return self.translators[provider](payload)

    async def close(self) -> None:
        """Close all connections.  Call it on the event loop that made the calls; no call may follow."""
        for rail in self.rails.values():
            await rail.close()
        for carrier in self.carriers.values():
            await carrier.close()


def _find(found: Mapping[str, T], name: str, code: str, lacks: str) -> T:
    if name not in found:
        raise TryLater(name, code, f"this process has no {lacks} for it, but for {', '.join(found)}")
    return found[name]


def build_gateways(settings: Settings) -> Gateways:
    """Return the providers that the settings name, without opening a connection.

    ``SettingsError`` for a missing key, or for an address to which the key must not be sent.
    """
    # Relay, beat, exporter and Flower import the tasks but call no provider: without the SDKs each is 10 MB smaller.
    from gateways.sendgrid.mails import open_sendgrid

    if not settings.stripe_secret_key:
        raise SettingsError("STRIPE_SECRET_KEY: must be set; `handwork up` makes one for the sandbox")
    if not settings.sendgrid_api_key:
        raise SettingsError("SENDGRID_API_KEY: must be set; `handwork up` makes one for the sandbox")
    _check("STRIPE_API_BASE", settings.stripe_api_base)
    _check("SENDGRID_API_BASE", settings.sendgrid_api_base)
    rails = {"stripe": stripe_rail(settings.stripe_secret_key, settings.stripe_api_base)}
    mails = open_sendgrid(settings.sendgrid_api_key, settings.sendgrid_api_base, settings.mail_from)
    return Gateways(rails, {EMAIL.name: mails}, TRANSLATORS)


def stripe_rail(secret_key: str, base: str) -> Rail:
    """Return Stripe's rail; ``gateways.http.UnsafeAddress`` when the key must not be sent to ``base``."""
    from gateways.stripe.open import open_all  # as above

    stripe = open_all(secret_key, base)
    return Rail(
        pay=stripe.cards,
        refund=stripe.refunds,
        payout=stripe.payouts,
        payout_accounts=stripe.payout_accounts,
        events=stripe.cards,
        key_lifetime=KEY_LIFETIME,
        close=stripe.cards.close,
    )


def _check(variable: str, base: str) -> None:
    try:
        check_address(base)
    except UnsafeAddress as error:
        raise SettingsError(f"{variable}: {error}") from error
