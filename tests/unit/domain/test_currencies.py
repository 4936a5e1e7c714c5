"""Money is an integer of minor units; fees round half to even and never invent money."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.currencies import CURRENCIES, MAXIMUM_MINOR, basis_points, check_amount, check_provider
from domain.errors import Invalid


@given(amount=st.integers(0, MAXIMUM_MINOR), bp=st.integers(0, 5000))
def test_a_fee_is_the_exact_share_rounded_half_to_even(amount: int, bp: int) -> None:
    assert basis_points(amount, bp) == round(Fraction(amount * bp, 10_000))


@given(amount=st.integers(0, MAXIMUM_MINOR), bp=st.integers(0, 5000))
def test_a_fee_is_never_more_than_the_amount(amount: int, bp: int) -> None:
    assert 0 <= basis_points(amount, bp) <= amount


@pytest.mark.parametrize("code", sorted(CURRENCIES))
def test_each_currency_has_a_least_charge_that_its_providers_take(code: str) -> None:
    least = CURRENCIES[code].minimum
    check_amount(least, code, "amount")
    for provider in CURRENCIES[code].steps:
        step = CURRENCIES[code].steps[provider]
        check_provider(least - least % step + step, code, provider)


@pytest.mark.parametrize("amount", [-1, 0, 49, MAXIMUM_MINOR + 1, 2**63])
def test_an_amount_out_of_range_is_refused_by_its_field(amount: int) -> None:
    with pytest.raises(Invalid) as refused:
        check_amount(amount, "usd", "budget_minor")
    assert (refused.value.code, refused.value.field) == ("amount_out_of_range", "budget_minor")


def test_paypal_takes_no_kwd_and_stripe_takes_it_in_tens() -> None:
    with pytest.raises(Invalid, match="does not take kwd"):
        check_provider(1000, "kwd", "paypal")
    check_provider(1000, "kwd", "stripe")
    with pytest.raises(Invalid, match="steps of 10"):
        check_provider(1001, "kwd", "stripe")


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(Invalid, match="xxx"):
        check_amount(100, "xxx", "budget_minor")
