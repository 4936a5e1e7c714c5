"""All that we use of Stripe, over one pool of connections."""

from __future__ import annotations

from dataclasses import dataclass

from gateways.http import open_http
from gateways.stripe.cards import StripeCards
from gateways.stripe.client import StripeApi
from gateways.stripe.connect_client import ConnectApi
from gateways.stripe.payout_accounts import StripePayoutAccounts
from gateways.stripe.payouts import StripePayouts
from gateways.stripe.refunds import StripeRefunds


@dataclass(frozen=True, slots=True)
class Stripe:
    """The ports of Stripe.  Closing ``cards`` closes the pool."""

    cards: StripeCards
    refunds: StripeRefunds
    payout_accounts: StripePayoutAccounts
    payouts: StripePayouts


def open_all(secret_key: str, base: str) -> Stripe:
    """Return all ports; ``gateways.http.UnsafeAddress`` when the key must not be sent to ``base``."""
    api = StripeApi(secret_key, base, open_http(base))
    connect = ConnectApi(api.sdk)
    return Stripe(StripeCards(api), StripeRefunds(api), StripePayoutAccounts(connect), StripePayouts(connect))
