"""The providers of this process, built once from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.announcements.emails.ports import MailEvent, Mails
from domain.payments.ports import CardPayments, NotOurs, PaymentEvent, Suspect
from domain.payments.refunds.ports import PaymentRefunded, RefundEvent, Refunds
from domain.payouts.accounts.ports import PayoutAccountEvent, PayoutAccounts
from domain.payouts.ports import PayoutEvent, Payouts
from gateways.http import UnsafeAddress, check_address
from gateways.sendgrid import translate as sendgrid
from gateways.stripe.translate import translate
from runtime.settings import Settings, SettingsError

Event = PaymentEvent | RefundEvent | PaymentRefunded | PayoutAccountEvent | PayoutEvent | MailEvent | NotOurs | Suspect
Translate = Callable[[str], Event]

TRANSLATORS: Mapping[str, Translate] = {"stripe": translate, "sendgrid": sendgrid.translate}
"""By the provider's name in the inbox."""


@dataclass(frozen=True, slots=True)
class Gateways:
    """Tests give their own; a process has one, used from one event loop."""

    cards: CardPayments
    refunds: Refunds
    mails: Mails
    payout_accounts: PayoutAccounts
    payouts: Payouts
    translators: Mapping[str, Translate]

    def translate(self, provider: str, payload: str) -> Event:
        """``LookupError`` for a provider that is not ours, ``msgspec.MsgspecError`` for what cannot be read."""
        return self.translators[provider](payload)

    async def close(self) -> None:
        """On the loop that made the calls; none may follow."""
        await self.cards.close()
        await self.mails.close()


def build_gateways(settings: Settings) -> Gateways:
    """``SettingsError`` for a missing key, or an address that must not see it.  Opens no connection yet."""
    # Relay, beat, exporter and Flower know the tasks and call nobody: without the SDKs each is 10 MB smaller.
    from gateways.sendgrid.mails import open_sendgrid
    from gateways.stripe.open import open_all

    if not settings.stripe_secret_key:
        raise SettingsError("STRIPE_SECRET_KEY: must be set; `handwork up` makes one for the sandbox")
    if not settings.sendgrid_api_key:
        raise SettingsError("SENDGRID_API_KEY: must be set; `handwork up` makes one for the sandbox")
    _check("STRIPE_API_BASE", settings.stripe_api_base)
    _check("SENDGRID_API_BASE", settings.sendgrid_api_base)
    stripe = open_all(settings.stripe_secret_key, settings.stripe_api_base)
    mails = open_sendgrid(settings.sendgrid_api_key, settings.sendgrid_api_base, settings.mail_from)
    return Gateways(stripe.cards, stripe.refunds, mails, stripe.payout_accounts, stripe.payouts, TRANSLATORS)


def _check(variable: str, base: str) -> None:
    try:
        check_address(base)
    except UnsafeAddress as error:
        raise SettingsError(f"{variable}: {error}") from error
