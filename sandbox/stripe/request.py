"""Read a request: its route, form and key."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass

from litestar.types import HTTPScope

from sandbox.connection import header
from sandbox.stripe import routes
from sandbox.stripe.errors import ErrorBody, StripeError, invalid, secret_key_required, unauthenticated
from sandbox.stripe.forms import Form, parse


@dataclass(frozen=True, slots=True)
class Credentials:
    secret: str
    publishable: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is read and authorised, but not run."""

    operation: routes.Operation
    path: str
    path_id: str
    form: Form
    base: str
    publishable: bool
    key: str | None
    id: str
    account: str | None


def read_request(scope: HTTPScope, body: bytes, request_id: str, credentials: Credentials) -> Request:
    """Return the request; ``StripeError`` when it is malformed, unknown, or its key does not permit it."""
    # ``path`` would lack the mount's prefix.
    path = scope["raw_path"].decode("latin-1")
    found = routes.find(scope["method"], path)
    key_given = _api_key(header(scope, b"authorization"))
    form = parse(scope["query_string"].decode()) | parse(body.decode("utf-8", "replace"))
    publishable = _authorise(key_given or str(form.get("key", "")), credentials)
    if found is None:
        raise StripeError(
            404,
            ErrorBody("invalid_request_error", f"Unrecognized request URL ({scope['method']}: {path})."),
        )
    operation, path_id = found
    if publishable and not operation.browser:
        raise secret_key_required()
    key = header(scope, b"idempotency-key") if scope["method"] == "POST" else None
    if key is not None and len(key) > 255:
        raise invalid("Idempotency keys have up to 255 characters.")
    account = header(scope, b"stripe-account")
    if account is not None and not operation.connected:
        raise invalid("The sandbox does not model this request for a connected account (Stripe-Account).")
    base = f"http://{header(scope, b'host') or 'localhost'}"
    return Request(operation, path, path_id, form, base, publishable, key or None, request_id, account)


def _authorise(key: str, credentials: Credentials) -> bool:
    """Return whether the key is the publishable one; 401 when it is neither that nor the secret one."""
    if not key:
        raise unauthenticated(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if secrets.compare_digest(key.encode(), credentials.secret.encode()):
        return False
    if secrets.compare_digest(key.encode(), credentials.publishable.encode()):
        return True
    raise unauthenticated(f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}")


def _api_key(authorization: str | None) -> str | None:
    """Return the key of an ``Authorization`` header: Bearer, or Basic with the key as the user's name; else None."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None
