"""Refusals of bytes that never became a request: complete answers, as bytes for the connection."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

import msgspec

from runtime import logging
from runtime.ids import new_id
from web.problems import MEDIA_TYPE, TITLES, Problem

log = logging.get("handwork.web")


def refusal(status: int, code: str, detail: str, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return an answer with ``headers`` and a problem as its body, which closes the connection; log its id."""
    correlation_id = new_id("cor")
    log.info("malformed request refused", status=status, code=code, correlation_id=correlation_id)
    body = msgspec.json.encode(Problem(status, TITLES[status], code, detail, correlation_id))
    lines = (
        b"HTTP/1.1 %d %s" % (status, HTTPStatus(status).phrase.encode()),
        *(name + b": " + value for name, value in headers),
        b"content-type: " + MEDIA_TYPE.encode(),
        b"content-length: %d" % len(body),
        b"x-correlation-id: " + correlation_id.encode(),
        b"connection: close",
        b"",
        body,
    )
    return b"\r\n".join(lines)
