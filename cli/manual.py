"""The end of each command's ``--help``: examples, and the exit codes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

USAGE = "wrong usage"
OPERATOR = MappingProxyType(
    {
        0: "done",
        1: "a setting is wrong, the database cannot be used, or the disk is full",
        2: USAGE,
        3: "refused; stderr names the reason",
    }
)
"""The exit codes of commands that read or change the running platform."""


def manual(*examples: str, codes: Mapping[int, str] = OPERATOR) -> str:
    """Return the epilog of a command; ``examples`` are its command lines."""
    lines = [f"./handwork {example}" for example in examples]
    ends = [f"{code}  {meaning}" for code, meaning in codes.items()]
    return f"{_block('Examples:' if len(lines) > 1 else 'Example:', lines)}\n\n{_block('Exit codes:', ends)}"


def _block(title: str, lines: list[str]) -> str:
    """Return a paragraph whose lines click leaves as they are."""
    return "\n".join(["\b", title, *(f"  {line}" for line in lines)])
