"""Stripe's test cards, with the outcome of a charge to each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Decline:
    """A decline.  ``reason``: the bank's ``decline_code``; Stripe gives some reasons their own ``code``."""

    code: str
    reason: str | None
    message: str
    advice: str | None = None


class Refunding(StrEnum):
    """The course of a refund to a card."""

    AT_ONCE = "at once"
    PENDING = "pending at first, and then it arrives"
    COMES_BACK = "arrives, and comes back a little later"


@dataclass(frozen=True, slots=True)
class Card:
    brand: str
    number: str
    decline: Decline | None = None
    authenticate: bool = False
    """Every payment needs the holder's consent first; off session it is declined."""
    settles_later: bool = False
    """The payment stays ``processing`` until the controls settle it, as a bank debit does.  Stripe has no such card."""
    refunding: Refunding = Refunding.AT_ONCE


def _declined(reason: str, message: str = "Your card was declined.", code: str = "card_declined") -> Decline:
    advice = "do_not_try_again" if reason in {"lost_card", "stolen_card"} else "try_again_later"
    return Decline(code, reason, message, advice)


GENERIC = _declined("generic_decline")
INSUFFICIENT = _declined("insufficient_funds", "Your card has insufficient funds.")
LOST = _declined("lost_card")
STOLEN = _declined("stolen_card")
FRAUDULENT = _declined("fraudulent")
VELOCITY = _declined(
    "card_velocity_exceeded",
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
)
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.", "confirm_card_data")
WRONG_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "confirm_card_data")
PROCESSING_ERROR = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
    "try_again_later",
)
UNAUTHENTICATED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)

CARDS: dict[str, Card] = {
    "pm_card_visa": Card("visa", "4242424242424242"),
    "pm_card_visa_debit": Card("visa", "4000056655665556"),
    "pm_card_mastercard": Card("mastercard", "5555555555554444"),
    "pm_card_mastercard_debit": Card("mastercard", "5200828282828210"),
    "pm_card_amex": Card("amex", "378282246310005"),
    "pm_card_discover": Card("discover", "6011111111111117"),
    "pm_card_diners": Card("diners", "3056930009020004"),
    "pm_card_jcb": Card("jcb", "3566002020360505"),
    "pm_card_unionpay": Card("unionpay", "6200000000000005"),
    "pm_card_refundFail": Card("visa", "4000000000005126", refunding=Refunding.COMES_BACK),
    "pm_card_pendingRefund": Card("visa", "4000000000007726", refunding=Refunding.PENDING),
    "pm_card_chargeDeclined": Card("visa", "4000000000000002", GENERIC),
    "pm_card_chargeDeclinedInsufficientFunds": Card("visa", "4000000000009995", INSUFFICIENT),
    "pm_card_chargeDeclinedLostCard": Card("visa", "4000000000009987", LOST),
    "pm_card_chargeDeclinedStolenCard": Card("visa", "4000000000009979", STOLEN),
    "pm_card_chargeDeclinedExpiredCard": Card("visa", "4000000000000069", EXPIRED),
    "pm_card_chargeDeclinedIncorrectCvc": Card("visa", "4000000000000127", WRONG_CVC),
    "pm_card_chargeDeclinedProcessingError": Card("visa", "4000000000000119", PROCESSING_ERROR),
    "pm_card_chargeDeclinedVelocityLimitExceeded": Card("visa", "4000000000006975", VELOCITY),
    "pm_card_radarBlock": Card("visa", "4100000000000019", FRAUDULENT),
    "pm_card_authenticationRequired": Card("visa", "4000002760003184", authenticate=True),
    "pm_card_threeDSecure2Required": Card("visa", "4000000000003220", authenticate=True),
    "pm_card_threeDSecureRequired": Card("visa", "4000000000003063", authenticate=True),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": Card(
        "visa", "4000008260003178", INSUFFICIENT, authenticate=True
    ),
    "pm_sandbox_processing": Card("visa", "4242424242424242", settles_later=True),
}
CARDS |= {
    name.replace("pm_card_", "pm_card_visa_", 1): card
    for name, card in CARDS.items()
    if name.startswith("pm_card_chargeDeclined")
}
BY_NUMBER = {card.number: name for name, card in reversed(CARDS.items()) if name.startswith("pm_card")}
