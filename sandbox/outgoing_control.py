"""The routes under ``/sandbox`` for outgoing money: onboarding, banks, and the passing of time."""

from __future__ import annotations

from collections.abc import Awaitable
from html import escape
from typing import Annotated, TypeVar

import msgspec
from litestar import MediaType, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException
from litestar.params import Body
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from sandbox import page
from sandbox.outgoing_effects import PaidOut, paid_out
from sandbox.pace import Pace
from sandbox.pages.layout import NOT_FRAMED
from sandbox.store import Store
from sandbox.stripe import accounts, payouts, refunds
from sandbox.stripe.accounts import Bank
from sandbox.stripe.endpoint import StripeApi
from sandbox.stripe.errors import StripeError
from sandbox.stripe.outgoing_objects import Account, Payout, Refund

T = TypeVar("T")


class Onboarding(msgspec.Struct, forbid_unknown_fields=True):
    """The answers of an account's owner.  ``bank``: a test bank's number, which decides how payouts to it end."""

    bank: Bank = Bank.GOOD


class OnboardingForm(msgspec.Struct):
    bank: Bank = Bank.GOOD
    return_url: str = ""


class Arrival(msgspec.Struct, forbid_unknown_fields=True):
    """The end of a payout; the bank accepts it when ``failure_code`` is None."""

    failure_code: str | None = None


def paying_controls(store: Store, pace: Pace, api: StripeApi) -> list[ControllerRouterHandler]:
    return [*_watching(store), *_owner(api), *_banks(store, pace, api)]


def _watching(store: Store) -> list[ControllerRouterHandler]:
    @get("/sandbox/effects/paid-out")
    async def read_paid_out() -> PaidOut:
        await store.settled()
        return paid_out(store)

    return [read_paid_out]


def _owner(api: StripeApi) -> list[ControllerRouterHandler]:
    @post("/sandbox/stripe/accounts/{account_id:str}/onboard", status_code=200)
    async def onboard(account_id: str, data: Onboarding) -> Account:
        return await _told(api.act(account_id, lambda call: accounts.onboard(call, data.bank)))

    @post("/sandbox/stripe/accounts/{account_id:str}/restrict", status_code=200)
    async def restrict(account_id: str) -> Account:
        return await _told(api.act(account_id, accounts.restrict))

    address = "/sandbox/stripe/onboarding/{account_id:str}"

    @get(address, media_type=MediaType.HTML, response_headers=NOT_FRAMED, sync_to_thread=False)
    def ask(account_id: str, return_url: str = "") -> str:
        return page.onboarding(account_id, return_url)

    @post("/sandbox/stripe/onboarding/{account_id:str}/answer", status_code=200)
    async def answer(
        account_id: str, data: Annotated[OnboardingForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
    ) -> Response[str] | Redirect:
        account = await _told(api.act(account_id, lambda call: accounts.onboard(call, data.bank)))
        if data.return_url.startswith(("http://", "https://")):
            return Redirect(data.return_url, status_code=303)
        return Response(f"<p>{escape(account.id)} is ready.", media_type=MediaType.HTML)

    return [onboard, restrict, ask, answer]


def _banks(store: Store, pace: Pace, api: StripeApi) -> list[ControllerRouterHandler]:
    @post("/sandbox/stripe/settle", status_code=204)
    async def settle() -> None:
        await store.write(pace.settle_now)

    @post("/sandbox/stripe/payouts/{payout_id:str}", status_code=200)
    async def end_payout(payout_id: str, data: Arrival) -> Payout:
        return await _told(api.act(payout_id, lambda call: payouts.settle(call, data.failure_code)))

    @post("/sandbox/stripe/refunds/{refund_id:str}/fail", status_code=200)
    async def fail_refund(refund_id: str) -> Refund:
        return await _told(api.act(refund_id, refunds.fail))

    return [settle, end_payout, fail_refund]


async def _told(doing: Awaitable[T]) -> T:
    try:
        return await doing
    except StripeError as error:
        raise HTTPException(status_code=error.status, detail=error.body.message) from error
