"""The web tier as a process of its own, to be asked, doubled and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.people import UNTHROTTLED
from tests.sandbox_process import free_port
from tests.stripe_webhooks import SECRET

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_S = 90.0


class WebProcess:
    """``with WebProcess(tmp_path, database_url) as web``: ready when entered, gone when left.

    Several may share a folder and a database; each has its own port and log.
    """

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"web-{self.port}.log"
        self._environment = {
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
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(signal.SIGTERM)

    @property
    def pid(self) -> int:
        assert self._process is not None, "it is not running"
        return self._process.pid

    def lines(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def start(self) -> None:
        """Returns when it is ready; raises with its log when it is not in time."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "web"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.end(signal.SIGKILL)
                raise RuntimeError(f"the web process did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def end(self, how: signal.Signals) -> int:
        """Its exit code; it has ended when this returns."""
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.poll() is None:
            process.send_signal(how)
        try:
            return process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/ready", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False
