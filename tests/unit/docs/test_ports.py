"""The ports in the documents are those that ``up`` takes when they are free."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli.stack.choices import PREFERRED
from runtime.settings import PROJECT

REDIS, COMPOSE_EXPORTER = 6379, 9100
"""A broker that the operator brings; the exporter of the production stack."""
LOCAL = re.compile(r"(?:localhost|127\.0\.0\.1):(\d+)")
DOCUMENTS = sorted(
    path
    for path in (*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), PROJECT / ".env.example")
    if path.name != "performance.md"
)


@pytest.mark.parametrize("path", [*DOCUMENTS, PROJECT / "sandbox" / "options.py"], ids=lambda path: path.name)
def test_a_port_on_this_machine_is_one_of_ups(path: Path) -> None:
    found = {int(port) for port in LOCAL.findall(path.read_text())}
    assert found <= {*PREFERRED.values(), REDIS, COMPOSE_EXPORTER}
