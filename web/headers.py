"""Read one header where it lies: Litestar's ``request.headers`` parses all of them first."""

from __future__ import annotations

from typing import Any


def header(scope: Any, name: bytes) -> str | None:
    """The first header of that (lower-case) name; None without one."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return None
