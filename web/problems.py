"""Errors as RFC 9457 problem+json, each with a stable ``code``."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import responses
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.status_codes import HTTP_405_METHOD_NOT_ALLOWED, HTTP_500_INTERNAL_SERVER_ERROR

from domain import errors
from runtime import logging
from runtime.database import UNAVAILABLE, WriteLocked, is_storage_full
from runtime.passwords import TooBusy
from web.correlation import correlation_id
from web.methods import allowed
from web.wording import in_words

log = logging.get("handwork.web")
MEDIA_TYPE = "application/problem+json"
KEY_HEADER = "Idempotency-Key"

STATUS_OF: dict[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooMany: 429,
}
TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not acceptable as it is",
    429: "Too many requests",
    431: "Head too large",
    500: "Our fault",
    503: "Not now",
}


class FieldError(msgspec.Struct, frozen=True):
    """``pointer``: an RFC 6901 pointer into the body; empty for the whole body, null for a parameter or a header.
    ``code``: for programs."""

    field: str
    detail: str
    code: str
    pointer: str | None

    @classmethod
    def of(cls, fault: errors.Fault, *, in_body: bool) -> FieldError:
        if not in_body:
            return cls(fault.field, fault.message, fault.code, None)
        pointer = fault.field.replace("~", "~0").replace("/", "~1").replace("[", "/").replace("]", "")
        return cls(fault.field, fault.message, fault.code, f"/{pointer}" if pointer else "")


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457.  ``code`` is stable and for programs; ``detail`` is for people; ``correlation_id`` is what
    support asks for."""

    status: int
    title: str
    code: str
    detail: str
    correlation_id: str
    type: str = "about:blank"
    errors: list[FieldError] | None = None


class BadRequest(errors.DomainError):
    """The request itself is wrong, and no use case ran."""


def problem(
    request: Request[Any, Any, Any],
    status: int,
    code: str,
    detail: str,
    *,
    fields: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[Problem]:
    body = Problem(
        status, TITLES.get(status, "Error"), code, detail, correlation_id(request.scope), errors=fields or None
    )
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def on_domain_error(request: Request[Any, Any, Any], error: errors.DomainError) -> Response[Problem]:
    status = STATUS_OF.get(type(error), 400)
    fields = None
    if isinstance(error, errors.Invalid):
        has_body = request.method not in ("GET", "HEAD")
        fields = [FieldError.of(fault, in_body=has_body and fault.field != KEY_HEADER) for fault in error.faults]
    headers: dict[str, str] = {}
    if isinstance(error, errors.TooMany):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(request, status, error.code, error.message, fields=fields, headers=headers)


def on_validation_error(request: Request[Any, Any, Any], error: ValidationException) -> Response[Problem]:
    fields = [_field(item) for item in error.extra] if isinstance(error.extra, list) else []
    detail = " ".join(field.detail for field in fields) or str(error.detail)
    return problem(request, 400, "invalid_request", detail, fields=fields)


_WHOLE_BODY = "data"
"""Litestar's name for the whole body, which no field of ours has; ``web.bodies`` reports faults within a body."""


def _field(item: Any) -> FieldError:
    if isinstance(item, errors.Fault):
        return FieldError(item.field, item.message, item.code, None)
    if isinstance(item, Mapping):
        if item.get("key") == _WHOLE_BODY:
            return FieldError("", "The body is missing. Send a JSON object.", "missing", "")
        return _of_parameter(str(item.get("key", "")), str(item.get("message", "")))
    return _of_parameter("", str(item))


def _of_parameter(name: str, message: str) -> FieldError:
    said = in_words(message)
    if said is None:
        return FieldError(name, message, "wrong_value", None)
    return FieldError(name, f"`{name}` {said.must}." if name else f"It {said.must}.", said.code, None)


CODES = {
    400: "invalid_request",
    401: "not_authenticated",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "body_too_large",
    415: "unsupported_media_type",
}
OTHERWISE = "error"
SENTENCES = {
    404: "There is no such path.",
    405: "This path does not take that method.",
    413: "The body is larger than this platform takes.",
}
"""Details that replace the framework's own, which only repeat the title."""


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    code = CODES.get(error.status_code, OTHERWISE)
    headers = dict(error.headers or {})
    if error.status_code == HTTP_405_METHOD_NOT_ALLOWED:
        headers["allow"] = allowed(headers.get("allow", "").split(", "))
    detail = str(error.detail)
    if detail == responses.get(error.status_code):
        detail = SENTENCES.get(error.status_code, detail)
    return problem(request, error.status_code, code, detail, headers=headers)


def on_too_busy(request: Request[Any, Any, Any], _error: TooBusy) -> Response[Problem]:
    detail = "Too many people are logging in at once; try again in a moment."
    return problem(request, 503, "busy", detail, headers={"Retry-After": "1"})


def on_unavailable(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    if is_storage_full(error):
        return _storage_full(request)
    _log(request, "database unavailable", error)
    soon = {"Retry-After": "1"}
    if isinstance(error, WriteLocked) and request.method == "GET":  # only the readiness route checks the lock
        return problem(request, 503, "database_unavailable", f"Writes are refused: {error}.", headers=soon)
    if request.method in ("GET", "HEAD"):  # which have no key
        reading = "The database does not answer; try again in a moment."
        return problem(request, 503, "database_unavailable", reading, headers=soon)
    detail = "The database does not answer; try again in a moment, with the same Idempotency-Key."
    return problem(request, 503, "database_unavailable", detail, headers=soon)


def _storage_full(request: Request[Any, Any, Any]) -> Response[Problem]:
    _log(request, "disk full")
    detail = "The server's storage is full, and nothing was saved. Try again later, with the same Idempotency-Key."
    return problem(request, 503, "storage_full", detail, headers={"Retry-After": "5"})


def on_any_error(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    _log(request, "unhandled exception in request", error)
    return problem(request, HTTP_500_INTERNAL_SERVER_ERROR, "internal_error", "Something broke; it was logged.")


def _log(request: Request[Any, Any, Any], event: str, error: Exception | None = None) -> None:
    log.error(event, path=request.url.path, correlation_id=correlation_id(request.scope), exc_info=error)


HANDLERS: dict[int | type[Exception], Any] = {
    errors.DomainError: on_domain_error,
    ValidationException: on_validation_error,
    HTTPException: on_http_error,
    TooBusy: on_too_busy,
    **dict.fromkeys(UNAVAILABLE, on_unavailable),
    Exception: on_any_error,
}


def can_fail(*statuses: int, signed_in: bool = True) -> dict[int, ResponseSpec]:
    """Return a route's errors for OpenAPI: ``statuses``, and those that every route can answer.

    A route with 413 takes a body, so the errors of bodies are added; 403 is added to a 401 of a route whose caller
    must be ``signed_in``, because the account may be suspended.
    """
    suspended = {403} if 401 in statuses and signed_in else set()
    of_bodies = {408, 415, 422} if 413 in statuses else set()
    return {
        status: ResponseSpec(Problem, description=TITLES[status], media_type=MEDIA_TYPE, generate_examples=False)
        for status in sorted({*statuses, *suspended, *of_bodies, 400, 500, 503})
    }
