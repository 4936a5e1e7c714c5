"""Ports of a stack of a test's own."""

from __future__ import annotations

from cli.stack.choices import PREFERRED
from cli.stack.ports import any_free


def free_ports() -> dict[str, str]:
    """One for each that a stack listens on, by the name of its setting: free now, and no two the same."""
    ports: dict[str, int] = {}
    for name in PREFERRED:
        ports[name] = any_free(set(ports.values()))
    return {name: str(port) for name, port in ports.items()}
