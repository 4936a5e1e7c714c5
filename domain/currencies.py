"""Money is an integer of minor units with its ISO 4217 currency; this is the table of currencies.

A step is the multiple that a provider demands of an amount (Stripe: three-decimal amounts end in 0).
A currency that a provider does not take is missing from its map.  Who will be paid by is not known while people
bargain, so a price is a multiple of every provider's step; what is made of it by :func:`basis_points` is, too.
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
        """A multiple of it goes through every provider that takes the currency."""
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
    """``Invalid`` for a code that we do not trade in; codes are lower case."""
    found = CURRENCIES.get(code)
    if found is None:
        known = ", ".join(CURRENCIES)
        raise Invalid("currency_unknown", f"The currency {code!r} is not supported. Use one of: {known}.", "currency")
    return found


def check_amount(amount_minor: int, code: str, field: str) -> None:
    """``Invalid`` unless the amount is between the currency's least charge and eight digits, and on its step."""
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
    """``Invalid`` when the provider does not take the currency, or not this amount in it."""
    step = currency(code).steps.get(provider)
    if step is None:
        raise Invalid("currency_not_supported_by_provider", f"{provider} takes no {code}.", "provider")
    if amount_minor % step:
        raise Invalid("amount_not_a_step", f"{provider} takes {code} in steps of {step} minor units.", "amount_minor")


def basis_points(amount_minor: int, bp: int, step: int = 1) -> int:
    """A fee of ``bp`` hundredths of a percent as a multiple of ``step``, rounded half to even."""
    unit = 10_000 * step
    whole, rest = divmod(amount_minor * bp, unit)
    return step * (whole + (1 if 2 * rest > unit or (2 * rest == unit and whole % 2) else 0))
