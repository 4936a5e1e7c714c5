"""Stripe's form encoding."""

from __future__ import annotations

import msgspec
import pytest

from sandbox.stripe.amounts import fee
from sandbox.stripe.errors import StripeError
from sandbox.stripe.forms import parse, read
from sandbox.stripe.params import CreateIntent, ListEvents


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", {}),
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a[b]=1&a[c]=2", {"a": {"b": "1", "c": "2"}}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[1]=y&a[0]=x", {"a": ["x", "y"]}),
        ("a[0][b]=1&a[1][b]=2", {"a": [{"b": "1"}, {"b": "2"}]}),
        ("a%5Bb%5D=x+y%26", {"a": {"b": "x y&"}}),
    ],
)
def test_brackets_nest(text: str, form: dict[str, object]) -> None:
    assert parse(text) == form


@pytest.mark.parametrize("text", ["a", "a=1&a[b]=2", "a[b]=1&a[b][c]=2"])
def test_nonsense_is_a_400(text: str) -> None:
    with pytest.raises(StripeError) as caught:
        parse(text)
    assert caught.value.status == 400


def test_texts_become_what_they_mean() -> None:
    asked = read(
        parse("amount=500&currency=usd&confirm=true&metadata[0]=x&automatic_payment_methods[enabled]=true"),
        CreateIntent,
    )
    assert (asked.amount, asked.confirm, asked.metadata) == (500, True, {"0": "x"})
    assert asked.automatic_payment_methods is not None
    assert asked.automatic_payment_methods.enabled


def test_created_is_a_moment_or_a_span() -> None:
    assert read(parse("created=5"), ListEvents).created == 5
    span = read(parse("created[gte]=5&created[lt]=9"), ListEvents).created
    assert msgspec.to_builtins(span) == {"gt": None, "gte": 5, "lt": 9, "lte": None}


@pytest.mark.parametrize(("amount", "cost"), [(12_000, 378), (50, 31), (1_000, 59), (99_999_999, 2_900_030)])
def test_the_fee_is_2_9_percent_and_30(amount: int, cost: int) -> None:
    assert fee(amount) == cost
