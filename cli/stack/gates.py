"""The files that ``up`` locks while it starts a stack."""

from __future__ import annotations

from pathlib import Path


def web_first(home: Path) -> Path:
    """Return the file that ``up`` locks until the web is ready; programs with ``after_web`` wait for it."""
    return home / "run" / "web-first"


def starting(home: Path) -> Path:
    """Return the file that ``up`` locks until every process is ready, or the start has failed."""
    return home / "run" / "starting"
