"""The correlation id: from the caller's ``X-Correlation-Id`` if it is a sane one, else new.

It goes into the log line, the outbox rows, the tasks, and back in the answer.
"""

from __future__ import annotations

import re
from typing import Any

from runtime.ids import new_id

KEY = "handwork.correlation_id"
HEADER = b"x-correlation-id"
_SANE = re.compile(rb"[A-Za-z0-9._:-]{8,64}")


def begin(scope: Any) -> str:
    """Choose the id of this request and keep it in the ASGI scope."""
    given = next((value for name, value in scope["headers"] if name == HEADER), b"")
    chosen = given.decode() if _SANE.fullmatch(given) else new_id("cor")
    scope[KEY] = chosen
    return chosen


def correlation_id(scope: Any) -> str:
    found: str = scope.get(KEY, "")
    return found
