"""Check a request before its operation writes anything."""

from __future__ import annotations

from sandbox.stripe.call import Call
from sandbox.stripe.errors import invalid, missing
from sandbox.stripe.objects import Customer
from sandbox.stripe.params import CreateIntent


def check_create(call: Call, asked: CreateIntent) -> None:
    types = asked.allowed_payment_method_types
    automatic = asked.automatic_payment_methods
    if types is not None and automatic is not None:
        raise invalid(
            "You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types.",
            "automatic_payment_methods",
        )
    if types is not None and "card" not in types:
        raise invalid("The sandbox models cards only: allow `card`.", "allowed_payment_method_types")
    if asked.customer is not None and call.documents.find(Customer, asked.customer) is None:
        raise missing("customer", asked.customer, "customer", 400)
    if not asked.confirm:
        given = {
            "off_session": asked.off_session != "false",
            "error_on_requires_action": asked.error_on_requires_action,
            "return_url": asked.return_url is not None,
        }
        for name in (name for name, present in given.items() if present):
            raise invalid(f"`{name}` can only be used when `confirm` is true.", name)
    else:
        redirects = automatic.allow_redirects if automatic else "always"
        check_return_url(types is None, redirects, asked.return_url)


def check_return_url(any_method: bool, redirects: str | None, return_url: str | None) -> None:
    """Refuse a confirmation without ``return_url`` when it allows methods that may redirect."""
    if any_method and redirects == "always" and return_url is None:
        raise invalid(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of "
            "these payment methods might redirect your customer off of your page, you must provide a `return_url`. If "
            "you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to "
            "`true` and `automatic_payment_methods[allow_redirects]` to `never`.",
            "return_url",
        )
