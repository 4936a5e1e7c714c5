"""The fields that we read of Stripe's objects, in answers and events alike, and their meaning.

An object that lacks what its status promises raises ``msgspec.ValidationError``: the missing value is never guessed.
"""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

import msgspec

from domain.payments.ports import Cancelled, Captured, Declined, Outcome, Processing, RequiresAction

UNTOLD = frozenset({"fraudulent", "lost_card", "stolen_card", "merchant_blacklist"})
"""Reasons that Stripe asks us not to show: the holder of a stolen card would learn that the theft is known."""


Amount = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
"""In minor units.  A number outside these bounds is no amount, and no column can store one."""


class BalanceTransaction(msgspec.Struct, frozen=True):
    """``fee`` is in minor units of ``currency``: the settlement's currency, not always the payment's."""

    id: str
    fee: Amount
    currency: str


class Tagged(msgspec.Struct, frozen=True):
    """An object of Stripe's that may hold ids of ours in its metadata; a charge copies them from its intent."""

    metadata: dict[str, str] | None = None

    def tag(self, name: str) -> str | None:
        """Return our id under this name; None for an object that is not ours."""
        return (self.metadata or {}).get(name)


class Found(Tagged, frozen=True, kw_only=True):
    """A tagged object with its id at Stripe."""

    id: str


T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One answer to a request for a list."""

    data: list[T]
    has_more: bool


class Charge(Found, frozen=True, kw_only=True):
    amount_captured: Amount = 0
    amount_refunded: Amount = 0
    currency: str = ""
    status: str = ""
    captured: bool = False
    payment_intent: str | None = None
    balance_transaction: str | BalanceTransaction | None = None


class CardProblem(msgspec.Struct, frozen=True):
    """Why a card was declined, from an error's body or from ``last_payment_error``."""

    type: str | None = None
    code: str | None = None
    decline_code: str | None = None
    message: str | None = None


class Redirect(msgspec.Struct, frozen=True):
    url: str | None = None


class NextAction(msgspec.Struct, frozen=True):
    redirect_to_url: Redirect | None = None


class Intent(Found, frozen=True, kw_only=True):
    """A PaymentIntent.  ``latest_charge`` is an id unless the request expanded it."""

    status: str
    amount: Amount
    currency: str
    created: int
    amount_received: Amount = 0
    client_secret: str | None = None
    latest_charge: str | Charge | None = None
    last_payment_error: CardProblem | None = None
    next_action: NextAction | None = None


def outcome_of(intent: Intent, *, confirmed_by_us: bool) -> Outcome:
    """Return the outcome that the intent's status means; ``msgspec.ValidationError`` for an unknown status.

    ``confirmed_by_us``: the request carried the payment method, so a failed attempt ends the payment.
    """
    match intent.status:
        case "succeeded":
            return _captured(intent)
        case "processing" | "requires_capture":
            return Processing(provider_id=intent.id)
        case "canceled":
            return Cancelled(provider_id=intent.id)
        case "requires_payment_method" if confirmed_by_us and intent.last_payment_error is not None:
            return declined(intent.last_payment_error, intent.id)
        case "requires_action" | "requires_payment_method" | "requires_confirmation":
            return waiting_for_client(intent)
    raise msgspec.ValidationError(f"{intent.id} has the unknown status {intent.status!r}")


def waiting_for_client(intent: Intent) -> RequiresAction:
    if intent.client_secret is None:
        raise msgspec.ValidationError(f"{intent.id} is {intent.status} without a client_secret")
    redirect = intent.next_action.redirect_to_url if intent.next_action else None
    return RequiresAction(
        provider_id=intent.id,
        client_secret=intent.client_secret,
        next_action_url=redirect.url if redirect else None,
    )


def declined(problem: CardProblem, intent_id: str | None) -> Declined:
    """Return the decline with the bank's reason, where there is a reason and we may show it."""
    code = problem.code or "card_declined"
    reason = problem.decline_code
    if code == "card_declined" and reason is not None and reason != "generic_decline":
        code = reason
    if reason in UNTOLD or code in UNTOLD:
        return Declined(provider_id=intent_id, code="card_declined", message="Your card was declined.")
    return Declined(provider_id=intent_id, code=code, message=problem.message or "Your card was declined.")


def captured_charge(charge: Charge) -> Captured:
    if charge.payment_intent is None:
        raise msgspec.ValidationError(f"{charge.id} carries our metadata, but no payment_intent")
    if charge.amount_captured <= 0:
        raise msgspec.ValidationError(f"{charge.id} is captured without an amount")
    fee, transaction_id = _fee(charge, charge.currency)
    return Captured(
        provider_id=charge.payment_intent,
        charge_id=charge.id,
        amount_minor=charge.amount_captured,
        currency=_code(charge.id, charge.currency),
        fee_minor=fee,
        balance_transaction_id=transaction_id,
    )


def _captured(intent: Intent) -> Captured:
    charge = intent.latest_charge
    if charge is None or intent.amount_received <= 0:
        raise msgspec.ValidationError(f"{intent.id} succeeded without a charge or an amount")
    fee, transaction_id = _fee(charge, intent.currency) if isinstance(charge, Charge) else (None, None)
    return Captured(
        provider_id=intent.id,
        charge_id=charge.id if isinstance(charge, Charge) else charge,
        amount_minor=intent.amount_received,
        currency=_code(intent.id, intent.currency),
        fee_minor=fee,
        balance_transaction_id=transaction_id,
    )


def _code(object_id: str, currency: str) -> str:
    if len(currency) != 3:
        raise msgspec.ValidationError(f"{object_id} was captured in the currency {currency!r}")
    return currency


def _fee(charge: Charge, currency: str) -> tuple[int | None, str | None]:
    """Return the fee, None unless the charge has it in the payment's currency, and the balance transaction's id."""
    transaction = charge.balance_transaction
    if not isinstance(transaction, BalanceTransaction):
        return None, transaction
    return (transaction.fee if transaction.currency == currency else None), transaction.id
