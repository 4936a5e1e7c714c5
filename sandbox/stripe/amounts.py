"""Currencies, the smallest and largest charges, and Stripe's fee; all amounts are in minor units."""

from __future__ import annotations

from sandbox.stripe.errors import StripeError, invalid

LEAST = {"usd": 50, "eur": 50, "gbp": 30, "chf": 50, "cad": 50, "aud": 50, "jpy": 50, "pln": 200, "sek": 300,
         "nok": 300, "dkk": 250, "czk": 1500, "huf": 17500, "mxn": 1000, "brl": 50, "inr": 50, "nzd": 50, "sgd": 50,
         "hkd": 400, "ron": 200, "bgn": 100, "aed": 200, "thb": 1000, "myr": 200}  # fmt: skip
OTHERS = frozenset(
    {"ars", "bhd", "clp", "cop", "idr", "ils", "isk", "jod", "kes", "krw", "kwd", "mad", "omr", "pen", "php",
      "qar", "rsd", "sar", "tnd", "try", "twd", "uah", "ugx", "vnd", "xaf", "xof", "zar"}
)  # fmt: skip
THREE_DECIMALS = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
MOST = 99_999_999


def check(amount: int, currency: str) -> None:
    """Check the amount of a charge; 400 with Stripe's text."""
    if currency not in LEAST and currency not in OTHERS:
        raise invalid(f"Invalid currency: {currency}.", "currency")
    if amount < LEAST.get(currency, 1):
        if amount < 0:
            raise invalid("Invalid non-negative integer", "amount", "parameter_invalid_integer")
        raise _amount("Amount must be at least the minimum charge amount for its currency.", "amount_too_small")
    if amount > MOST:
        raise _amount("Amount must be no more than 999,999.99.", "amount_too_large")
    if currency in THREE_DECIMALS and amount % 10:
        raise invalid("Amounts of three-decimal currencies must end in 0.", "amount", "parameter_invalid_integer")


def check_out(amount: int, currency: str) -> None:
    """Check the amount of a transfer or payout; 400 with Stripe's text."""
    if currency not in LEAST and currency not in OTHERS:
        raise invalid(f"Invalid currency: {currency}.", "currency")
    if not 0 < amount <= MOST:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")


def fee(amount: int) -> int:
    """Return Stripe's fee: 2.9 % and 30 minor units."""
    return (amount * 29 + 500) // 1000 + 30


def _amount(message: str, code: str) -> StripeError:
    return invalid(message, "amount", code)
