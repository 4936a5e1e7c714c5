"""Read one header from the ASGI scope: Litestar's ``request.headers`` parses all headers first."""

from __future__ import annotations

from typing import Any


def header(scope: Any, name: bytes) -> str | None:
    """Return the first header of the lower-case ``name``; None without one."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return None
