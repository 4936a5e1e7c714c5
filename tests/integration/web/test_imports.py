"""The web tier knows neither queue nor provider: proven in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FORBIDDEN = (
    "celery",
    "kombu",
    "billiard",
    "redis",
    "tasks",
    "workers",
    "beat",
    "cli",
    "sandbox",
    "stripe",
    "paypalrestsdk",
    "firebase_admin",
    "google",
    "twilio",
    "sendgrid",
    "requests",
    "httpx",
    "rich",
    "pygments",
)
CODE = "import json, sys; import web.__main__, web.app; print(json.dumps(sorted(filter(sys.modules.get, sys.modules))))"


def test_what_the_web_process_has_imported() -> None:
    project = Path(__file__).resolve().parents[3]
    output = subprocess.run([sys.executable, "-c", CODE], cwd=project, check=True, capture_output=True, timeout=60)
    modules = json.loads(output.stdout)
    assert "web.routes.payments" in modules
    assert [name for name in modules if name.partition(".")[0] in FORBIDDEN] == []
    ours = [name for name in modules if name.startswith("gateways.")]
    signatures = [f"{folder}.signature" for folder in ("gateways", "gateways.sendgrid", "gateways.stripe")]
    assert ours == sorted(["gateways.sendgrid", "gateways.stripe", *signatures])
