"""Stripe's SDK for connected accounts: requests go in, our structs and failures come out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from stripe.params import (
    AccountCreateParams,
    AccountLinkCreateParams,
    AccountListParams,
    PayoutCreateParams,
    PayoutListParams,
    TransferCreateParams,
    TransferListParams,
)

from domain.payouts.accounts.ports import AccountOrder
from domain.payouts.ports import PayoutOrder
from gateways.stripe.client import PAGE, answer, seconds, tagged
from gateways.stripe.connect_objects import Account, AccountLink, Payout, Transfer
from gateways.stripe.objects import Page

if TYPE_CHECKING:
    import stripe

CLOCK_SKEW = timedelta(minutes=5)
"""A generous bound for the difference between Stripe's clock and ours: a look-up starts this long before the order."""


class ConnectApi:
    """The calls that we make, each one request.  All raise ``gateways.stripe.client.StripeFailed``."""

    def __init__(self, sdk: stripe.StripeClient) -> None:
        self._sdk = sdk

    async def create_account(self, order: AccountOrder) -> Account:
        params: AccountCreateParams = {
            "business_type": "individual",
            "country": order.country,
            "email": order.email,
            "capabilities": {"transfers": {"requested": True}},
            "controller": {
                "fees": {"payer": "application"},
                "losses": {"payments": "application"},
                "stripe_dashboard": {"type": "express"},
            },
            # The platform starts each payout, because a payout belongs to a booking.
            "settings": {"payouts": {"schedule": {"interval": "manual"}}},
            "metadata": {"payout_account_id": order.payout_account_id, "worker_id": order.worker_id},
        }
        call = self._sdk.v1.accounts.create_async(params, {"idempotency_key": order.request_key})
        return await answer(call, Account)

    async def retrieve_account(self, account_id: str) -> Account:
        return await answer(self._sdk.v1.accounts.retrieve_async(account_id), Account, read=True)

    async def accounts_of(self, order: AccountOrder) -> list[Account]:
        """Return the order's accounts out of all that are as new as the order."""
        params: AccountListParams = {"limit": PAGE, "created": {"gte": seconds(order.created_at - CLOCK_SKEW)}}
        tag = ("payout_account_id", order.payout_account_id)
        return await tagged(self._sdk.v1.accounts.list_async, params, Page[Account], tag)

    async def create_link(self, account_id: str, return_url: str) -> AccountLink:
        """Create an onboarding page, under a fresh key each time: a second page is harmless."""
        params: AccountLinkCreateParams = {
            "account": account_id,
            "type": "account_onboarding",
            "return_url": return_url,
            "refresh_url": return_url,
        }
        return await answer(self._sdk.v1.account_links.create_async(params), AccountLink)

    async def create_transfer(self, order: PayoutOrder) -> Transfer:
        """Transfer the amount out of the money of its charge, which need not be available yet."""
        params: TransferCreateParams = {
            "amount": order.amount_minor,
            "currency": order.currency,
            "destination": order.destination,
            "source_transaction": order.charge_id,
            "transfer_group": order.booking_id,
            "description": f"Booking {order.booking_id}",
            "metadata": _metadata(order),
        }
        call = self._sdk.v1.transfers.create_async(params, {"idempotency_key": order.request_key})
        return await answer(call, Transfer)

    async def transfers_of(self, order: PayoutOrder) -> list[Transfer]:
        """Return the order's transfers out of those of its booking."""
        params: TransferListParams = {"limit": PAGE, "transfer_group": order.booking_id}
        return await tagged(self._sdk.v1.transfers.list_async, params, Page[Transfer], ("payout_id", order.payout_id))

    async def create_payout(self, order: PayoutOrder) -> Payout:
        params: PayoutCreateParams = {
            "amount": order.amount_minor,
            "currency": order.currency,
            "description": f"Booking {order.booking_id}",
            "metadata": {**_metadata(order), "generation": str(order.generation)},
        }
        call = self._sdk.v1.payouts.create_async(
            params, {"idempotency_key": order.request_key, "stripe_account": order.destination}
        )
        return await answer(call, Payout)

    async def retrieve_payout(self, payout_id: str, account_id: str) -> Payout:
        call = self._sdk.v1.payouts.retrieve_async(payout_id, None, {"stripe_account": account_id})
        return await answer(call, Payout, read=True)

    async def payouts_of(self, order: PayoutOrder) -> list[Payout]:
        """Return the order's payouts, newest first, out of those of its account that are as new as the order."""
        params: PayoutListParams = {"limit": PAGE, "created": {"gte": seconds(order.created_at - CLOCK_SKEW)}}
        tag, options = ("payout_id", order.payout_id), {"stripe_account": order.destination}
        return await tagged(self._sdk.v1.payouts.list_async, params, Page[Payout], tag, options=options, whole=True)


def _metadata(order: PayoutOrder) -> dict[str, str]:
    return {"payout_id": order.payout_id, "booking_id": order.booking_id, "worker_id": order.worker_id}
