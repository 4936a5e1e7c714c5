"""The table of currencies; money is an integer of minor units with its ISO 4217 currency.

A step is the multiple that a provider requires of an amount (Stripe: three-decimal amounts end in 0).  If a provider
does not take a currency, its name is missing from the currency's steps.  The provider is not known while two parties
negotiate.  Therefore a price is a multiple of every provider's step, and so is each result of :func:`basis_points`.
"""

from __future__ import annotations

from math import lcm

import msgspec

from domain.errors import Invalid

MAXIMUM_MINOR = 99_999_999
"""Stripe's largest amount: eight digits."""


class Currency(msgspec.Struct, frozen=True):
    """``exponent``: digits of the minor unit.  ``minimum``: Stripe's smallest charge, in minor units."""

    code: str
    exponent: int
    minimum: int
    steps: dict[str, int]

    @property
    def step(self) -> int:
        """Return the step whose multiples every provider of the currency accepts."""
        return lcm(*self.steps.values())


def _both(code: str, exponent: int, minimum: int, stripe: int = 1, paypal: int = 1) -> Currency:
    return Currency(code, exponent, minimum, {"stripe": stripe, "paypal": paypal})


CURRENCIES: dict[str, Currency] = {
    c.code: c
    for c in [
        _both("usd", 2, 50),
        _both("eur", 2, 50),
        _both("gbp", 2, 30),
        _both("chf", 2, 50),
        _both("sek", 2, 300),
        _both("pln", 2, 200),
        _both("jpy", 0, 50),
        _both("huf", 2, 17_500, stripe=1, paypal=100),
        _both("twd", 2, 1_000, stripe=1, paypal=100),
        Currency("kwd", 3, 200, {"stripe": 10}),
    ]
}


def currency(code: str) -> Currency:
    """Return the currency; ``Invalid`` for a code that we do not trade in.  Codes are lower case."""
    found = CURRENCIES.get(code)
    if found is None:
        known = ", ".join(CURRENCIES)
        raise Invalid("currency_unknown", f"The currency {code!r} is not supported. Use one of: {known}.", "currency")
    return found


def check_amount(amount_minor: int, code: str, field: str) -> None:
    """Check that the amount is from the currency's minimum to eight digits, and on its step; otherwise ``Invalid``."""
    found = currency(code)
    if not found.minimum <= amount_minor <= MAXIMUM_MINOR:
        raise Invalid(
            "amount_out_of_range",
            f"An amount in {code} lies between {found.minimum} and {MAXIMUM_MINOR} minor units.",
            field,
        )
    if amount_minor % found.step:
        raise Invalid("amount_not_a_step", f"An amount in {code} is a multiple of {found.step} minor units.", field)


def check_provider(amount_minor: int, code: str, provider: str) -> None:
    """Check that the provider takes the currency, and the amount in this currency; otherwise ``Invalid``."""
    step = currency(code).steps.get(provider)
    if step is None:
        raise Invalid(
            "currency_not_supported_by_provider",
            f"{provider} does not take {code}: choose another currency.",
            "provider",
        )
    if amount_minor % step:
        raise Invalid("amount_not_a_step", f"{provider} takes {code} in steps of {step} minor units.", "amount_minor")


def basis_points(amount_minor: int, bp: int, step: int = 1) -> int:
    """Return a fee of ``bp`` hundredths of a percent as a multiple of ``step``, rounded half to even."""
    unit = 10_000 * step
    whole, rest = divmod(amount_minor * bp, unit)
    return step * (whole + (1 if 2 * rest > unit or (2 * rest == unit and whole % 2) else 0))
