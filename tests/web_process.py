"""The web tier as a process of its own, to be asked, doubled and killed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.people import UNTHROTTLED
from tests.served import Served, free_port
from tests.stripe_webhooks import SECRET


class WebProcess(Served):
    """``with WebProcess(tmp_path, database_url) as web``: ready when entered, gone when left.

    Several may share a folder and a database; each has its own port and log.
    """

    command = (sys.executable, "-m", "web")
    ready_within_s = 90.0

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        port = free_port()
        super().__init__(folder / f"web-{port}.log", port)
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
            "HANDWORK_ENV": "test",
            "HANDWORK_HOME": str(folder),
            "DATABASE_URL": database_url,
            "JWT_SECRET_KEY": "j" * 32,
            "STRIPE_WEBHOOK_SECRETS": SECRET,
            "WEB_PORT": str(self.port),
            "LOG_FORMAT": "json",
            **UNTHROTTLED,
            **settings,
        }

    def lines(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]
