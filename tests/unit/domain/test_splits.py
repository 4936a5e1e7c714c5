"""What a price is split into can be charged, paid out and given back, in every currency, whatever the fees are."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bookings.quote import Fees, Quote, priced
from domain.currencies import CURRENCIES, MAXIMUM_MINOR, basis_points, check_amount, check_provider
from domain.dates import Dates
from domain.errors import Conflict, Invalid

BP = st.integers(0, 5_000)
AFFORDABLE = MAXIMUM_MINOR * 4 // 7
"""With the highest fee and the highest tax on it still within eight digits."""


@st.composite
def quotes(draw: st.DrawFn) -> tuple[Quote, Fees]:
    currency = CURRENCIES[draw(st.sampled_from(sorted(CURRENCIES)))]
    steps = draw(st.integers(-(-currency.minimum // currency.step), AFFORDABLE // currency.step))
    fees = Fees(draw(BP), draw(BP), draw(BP))
    return priced("app_1", steps * currency.step, currency.code, fees, Dates()), fees


@given(quotes())
def test_every_part_is_on_the_step_and_the_sums_hold(made: tuple[Quote, Fees]) -> None:
    quote, _ = made
    currency = CURRENCIES[quote.currency]
    for part in (quote.total_minor, quote.worker_share_minor, quote.client_fee_minor, quote.worker_fee_minor):
        assert part >= 0
        assert part % currency.step == 0
    assert quote.tax_minor % currency.step == 0
    for provider in currency.steps:
        check_provider(quote.total_minor, quote.currency, provider)
        check_provider(quote.worker_share_minor, quote.currency, provider)
    assert quote.total_minor == quote.price_minor + quote.client_fee_minor + quote.tax_minor
    assert quote.price_minor == quote.worker_share_minor + quote.worker_fee_minor


@given(quotes())
def test_the_platform_takes_what_rounding_leaves(made: tuple[Quote, Fees]) -> None:
    quote, fees = made
    kept = quote.total_minor - quote.tax_minor - quote.worker_share_minor
    assert kept == quote.client_fee_minor + quote.worker_fee_minor
    exact = Fraction(quote.price_minor * (fees.client_bp + fees.worker_bp), 10_000)
    assert abs(kept - exact) <= CURRENCIES[quote.currency].step  # half a step for each of the two fees
    assert quote.worker_share_minor > 0


@given(amount=st.integers(0, MAXIMUM_MINOR), bp=st.integers(0, 5_000), step=st.sampled_from([1, 5, 10, 100]))
def test_a_fee_is_rounded_half_to_even_in_steps(amount: int, bp: int, step: int) -> None:
    assert basis_points(amount, bp, step) == step * round(Fraction(amount * bp, 10_000 * step))


def test_a_worked_example_in_kuwait() -> None:
    """12.340 KWD at 3.33 % and 10 %: the fees of 0.410922 and 1.234 become 0.410 and 1.230."""
    quote = priced("app_1", 12_340, "kwd", Fees(client_bp=333, worker_bp=1_000), Dates())
    assert (quote.client_fee_minor, quote.total_minor) == (410, 12_750)
    assert (quote.worker_fee_minor, quote.worker_share_minor) == (1_230, 11_110)


def test_a_price_that_was_agreed_on_before_and_cannot_be_charged_is_not_hired_for() -> None:
    with pytest.raises(Conflict, match="multiple of 10") as refused:
        priced("app_1", 12_345, "kwd", Fees(client_bp=0, worker_bp=0), Dates())
    assert refused.value.code == "price_not_payable"


@pytest.mark.parametrize(("code", "step"), [("usd", 1), ("jpy", 1), ("kwd", 10), ("huf", 100), ("twd", 100)])
def test_what_somebody_names_is_on_every_provider_s_step(code: str, step: int) -> None:
    least = CURRENCIES[code].minimum
    check_amount(least, code, "price_minor")
    check_amount(least + step, code, "price_minor")
    if step > 1:
        with pytest.raises(Invalid, match=f"multiple of {step} minor units") as refused:
            check_amount(least + 1, code, "price_minor")
        assert (refused.value.code, refused.value.field) == ("amount_not_a_step", "price_minor")
