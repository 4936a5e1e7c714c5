"""Stripe's errors, with the statuses and bodies that the API documents."""

from __future__ import annotations

from typing import Any

import msgspec


class ErrorBody(msgspec.Struct, omit_defaults=True):
    """The ``error`` of an answer; an intent's ``last_payment_error`` is one too."""

    type: str
    message: str
    code: str | None = None
    decline_code: str | None = None
    advice_code: str | None = None
    param: str | None = None
    charge: str | None = None
    doc_url: str | None = None
    request_log_url: str | None = None
    payment_intent: Any = None
    payment_method: Any = None


class StripeError(Exception):
    """An error of the API.  ``stored``: the idempotency key repeats it; errors before the operation are not stored."""

    def __init__(self, status: int, body: ErrorBody, *, stored: bool = False, retry_after: int | None = None) -> None:
        super().__init__(body.message)
        self.status = status
        self.body = body
        self.stored = stored
        self.retry_after = retry_after


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    """Return a 400 for an invalid request; the endpoint rolls its changes back."""
    return StripeError(400, ErrorBody("invalid_request_error", message, code=code, param=param, doc_url=_doc(code)))


def refused(message: str, code: str | None = None, param: str | None = None) -> StripeError:
    """Return a 400 for a request that the state of things forbids; the idempotency key repeats it."""
    return StripeError(400, ErrorBody("invalid_request_error", message, code=code, param=param), stored=True)


def missing(what: str, found: str, param: str = "id", status: int = 404) -> StripeError:
    """Return the error of a missing object: 404 for the path's, 400 for a parameter's."""
    error = invalid(f"No such {what}: '{found}'", param, "resource_missing")
    error.status = status
    return error


def unexpected_state(message: str, intent: object) -> StripeError:
    body = ErrorBody("invalid_request_error", message, code="payment_intent_unexpected_state", payment_intent=intent)
    body.doc_url = _doc(body.code)
    return StripeError(400, body, stored=True)


def declined(problem: ErrorBody, intent: object) -> StripeError:
    """Return a 402 with the intent's current state; the attempt is already written."""
    body = msgspec.structs.replace(problem, payment_intent=intent)
    return StripeError(402, body, stored=True)


def unauthenticated(message: str) -> StripeError:
    return StripeError(401, ErrorBody("invalid_request_error", message))


def secret_key_required() -> StripeError:
    message = (
        "This API call cannot be made with a publishable API key. Please use a secret API key. "
        "You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys."
    )
    return StripeError(403, ErrorBody("invalid_request_error", message, code="secret_key_required"))


def no_access(account: str) -> StripeError:
    message = f"The provided key does not have access to account '{account}' (or that account does not exist)."
    return StripeError(403, ErrorBody("invalid_request_error", message, code="account_invalid"))


def key_in_use() -> StripeError:
    message = (
        "There is currently another in-progress request using this Idempotent Key (that probably means you "
        "submitted twice, and the other request is still going through). Please try again later."
    )
    return StripeError(409, ErrorBody("idempotency_error", message, code="idempotency_key_in_use"))


def key_reused(key: str) -> StripeError:
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return StripeError(400, ErrorBody("idempotency_error", message))


def rate_limited() -> StripeError:
    message = (
        "Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits."
    )
    return StripeError(429, ErrorBody("invalid_request_error", message, code="rate_limit"), retry_after=1)


def broken(*, stored: bool) -> StripeError:
    message = "An unknown error occurred"
    return StripeError(500, ErrorBody("api_error", message), stored=stored)


def _doc(code: str | None) -> str | None:
    return code and f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
