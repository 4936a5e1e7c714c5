"""The routes under ``/sandbox/stripe`` by which people and banks act: consent, onboarding, payouts, failed refunds."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from sandbox import page
from sandbox.pace import Pace
from sandbox.pages.layout import FORM, NOT_FRAMED
from sandbox.store import Store
from sandbox.stripe import accounts, payouts, refunds
from sandbox.stripe.accounts import Bank
from sandbox.stripe.attempt import finish
from sandbox.stripe.endpoint import StripeApi
from sandbox.stripe.errors import StripeError
from sandbox.stripe.objects import PaymentIntent
from sandbox.stripe.outgoing_objects import Account, Payout, Refund


class Verdict(msgspec.Struct, forbid_unknown_fields=True):
    succeed: bool


class VerdictForm(msgspec.Struct):
    succeed: bool
    return_url: str = ""


class Onboarding(msgspec.Struct, forbid_unknown_fields=True):
    """The answers of an account's owner.  ``bank``: a test bank's number, which decides how payouts to it end."""

    bank: Bank = Bank.GOOD


class OnboardingForm(msgspec.Struct):
    bank: Bank = Bank.GOOD
    return_url: str = ""


class Arrival(msgspec.Struct, forbid_unknown_fields=True):
    """The end of a payout; the bank accepts it when ``failure_code`` is None."""

    failure_code: str | None = None


def acts(store: Store, pace: Pace, api: StripeApi) -> list[ControllerRouterHandler]:
    return [*_holder(api), *_owner(api), *_banks(store, pace, api)]


def refused(_: Request[Any, Any, Any], error: StripeError) -> Response[dict[str, object]]:
    """Answer an act that is not possible in the object's state; a handler of exceptions."""
    return Response({"status_code": error.status, "detail": error.body.message}, status_code=error.status)


def _holder(api: StripeApi) -> list[ControllerRouterHandler]:
    address = "/sandbox/stripe/authenticate/{intent_id:str}"

    @post(address, status_code=200)
    async def authenticate(intent_id: str, data: Verdict) -> PaymentIntent:
        return await api.act(intent_id, lambda call: finish(call, succeed=data.succeed))

    @get(address, media_type=MediaType.HTML, response_headers=NOT_FRAMED, sync_to_thread=False)
    def ask(intent_id: str, return_url: str = "") -> str:
        return page.consent(intent_id, return_url)

    @post(f"{address}/answer", status_code=200)
    async def answer(intent_id: str, data: Annotated[VerdictForm, FORM]) -> Response[str] | Redirect:
        intent = await api.act(intent_id, lambda call: finish(call, succeed=data.succeed))
        told = {"payment_intent": intent.id, "redirect_status": intent.status}
        return _leave(data.return_url, told, f"{intent.id} is {intent.status}.")

    return [authenticate, ask, answer]


def _owner(api: StripeApi) -> list[ControllerRouterHandler]:
    @post("/sandbox/stripe/accounts/{account_id:str}/onboard", status_code=200)
    async def onboard(account_id: str, data: Onboarding) -> Account:
        return await api.act(account_id, lambda call: accounts.onboard(call, data.bank))

    @post("/sandbox/stripe/accounts/{account_id:str}/restrict", status_code=200)
    async def restrict(account_id: str) -> Account:
        return await api.act(account_id, accounts.restrict)

    address = "/sandbox/stripe/onboarding/{account_id:str}"

    @get(address, media_type=MediaType.HTML, response_headers=NOT_FRAMED, sync_to_thread=False)
    def ask(account_id: str, return_url: str = "") -> str:
        return page.onboarding(account_id, return_url)

    @post(f"{address}/answer", status_code=200)
    async def answer(account_id: str, data: Annotated[OnboardingForm, FORM]) -> Response[str] | Redirect:
        account = await api.act(account_id, lambda call: accounts.onboard(call, data.bank))
        return _leave(data.return_url, {}, f"{account.id} is ready.")

    return [onboard, restrict, ask, answer]


def _banks(store: Store, pace: Pace, api: StripeApi) -> list[ControllerRouterHandler]:
    @post("/sandbox/stripe/settle", status_code=204)
    async def settle() -> None:
        await store.write(pace.settle_now)

    @post("/sandbox/stripe/payouts/{payout_id:str}", status_code=200)
    async def end_payout(payout_id: str, data: Arrival) -> Payout:
        return await api.act(payout_id, lambda call: payouts.settle(call, data.failure_code))

    @post("/sandbox/stripe/refunds/{refund_id:str}/fail", status_code=200)
    async def fail_refund(refund_id: str) -> Refund:
        return await api.act(refund_id, refunds.fail)

    return [settle, end_payout, fail_refund]


def _leave(return_url: str, told: Mapping[str, str], said: str) -> Response[str] | Redirect:
    """Return to the page that sent the browser here, with ``told`` in its query; without such a page, say it."""
    if not return_url.startswith(("http://", "https://")):
        return Response(f"<p>{escape(said)}", media_type=MediaType.HTML)
    mark = "" if not told else "&" if "?" in return_url else "?"
    return Redirect(f"{return_url}{mark}{urlencode(told)}", status_code=303)
