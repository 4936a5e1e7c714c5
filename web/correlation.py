"""The correlation id: from the caller's ``X-Correlation-Id`` if it is a sane one, else new.

The id goes into the log line, the outbox rows, the tasks and the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from runtime.ids import new_id

KEY = "handwork.correlation_id"
HEADER = b"x-correlation-id"
_SANE = re.compile(rb"[A-Za-z0-9._:-]{8,64}")


def begin(scope: Any) -> str:
    """Choose the id of this request, store it in the ASGI scope, and return it."""
    chosen = _given(scope["headers"]) or new_id("cor")
    scope[KEY] = chosen
    return chosen


def _given(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    for name, value in headers:
        if name == HEADER:
            return value.decode() if _SANE.fullmatch(value) else None
    return None


def correlation_id(scope: Any) -> str:
    found: str = scope.get(KEY, "")
    return found
