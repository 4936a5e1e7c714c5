"""Few files know a provider's SDK; whoever checks a signature or reads an event does not pay for it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


KNOWS = {
    "stripe": {"gateways/stripe/client.py", "gateways/stripe/connect_client.py"},
    "sendgrid": {"gateways/sendgrid/message.py"},
}


@pytest.mark.parametrize("sdk", sorted(KNOWS))
def test_few_files_import_the_sdk(sdk: str) -> None:
    packages = ("domain", "gateways", "runtime", "tasks", "workers", "beat", "web", "cli", "sandbox")
    files = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    assert {str(path.relative_to(ROOT)) for path in files if sdk in imported(path)} == KNOWS[sdk]


@pytest.mark.parametrize(
    "module",
    ["signature", "translate", "objects", "refund_objects", "connect_objects", "envelope", "failures", "lookups"],
)
def test_the_rest_works_without_it(module: str) -> None:
    code = (
        f"import sys, gateways.stripe.{module}; print([m for m in ('stripe', 'httpx', 'celery') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
