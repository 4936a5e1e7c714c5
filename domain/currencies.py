"""Money is an integer of minor units with its ISO 4217 currency; this is the table of currencies.

``step`` is the multiple that a provider demands of an amount (Stripe: three-decimal amounts end in 0).
A currency that a provider does not take is missing from its map.
"""

from __future__ import annotations

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
        raise Invalid("currency_unknown", f"The currency {code!r} is not one of ours.", "currency")
    return found


def check_amount(amount_minor: int, code: str, field: str) -> None:
    """``Invalid`` unless the amount is between the currency's least charge and eight digits."""
    least = currency(code).minimum
    if not least <= amount_minor <= MAXIMUM_MINOR:
        raise Invalid(
            "amount_out_of_range", f"An amount in {code} lies between {least} and {MAXIMUM_MINOR} minor units.", field
        )


def check_provider(amount_minor: int, code: str, provider: str) -> None:
    """``Invalid`` when the provider does not take the currency, or not this amount in it."""
    step = currency(code).steps.get(provider)
    if step is None:
        raise Invalid("currency_not_supported_by_provider", f"{provider} takes no {code}.", "provider")
    if amount_minor % step:
        raise Invalid("amount_not_a_step", f"{provider} takes {code} in steps of {step} minor units.", "amount_minor")


def basis_points(amount_minor: int, bp: int) -> int:
    """A fee of ``bp`` hundredths of a percent, rounded half to even."""
    whole, rest = divmod(amount_minor * bp, 10_000)
    return whole + (1 if rest > 5_000 or (rest == 5_000 and whole % 2) else 0)
