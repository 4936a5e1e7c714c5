"""The sandbox as a process of its own, to be talked to, killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx

from tests.sendgrid_webhooks import PRIVATE_KEY

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_S = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class SandboxProcess:
    """``with SandboxProcess(tmp_path) as sandbox``: ready when entered, gone when left."""

    secret_key = "sk_test_sandbox"
    publishable_key = "pk_test_sandbox"
    webhook_secret = "whsec_sandbox"
    connect_webhook_secret = "whsec_connect"
    sendgrid_key = "SG.sandbox"

    def __init__(
        self,
        folder: Path,
        webhook_url: str | None = None,
        port: int | None = None,
        webhook_retry_ms: int = 50,
        connect_webhook_url: str | None = None,
        settle_ms: int = 2 * 24 * 3600 * 1000,
        mail_events_url: str | None = None,
        api_url: str | None = None,
        allow_host: str | None = None,
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._arguments = ["--port", str(self.port), "--data", str(folder), "--webhook-retry-ms", str(webhook_retry_ms)]
        self._arguments += ["--stripe-secret-key", self.secret_key, "--stripe-publishable-key", self.publishable_key]
        if webhook_url is not None:
            self._arguments += ["--stripe-webhook-url", webhook_url, "--stripe-webhook-secret", self.webhook_secret]
        if connect_webhook_url is not None:
            self._arguments += ["--stripe-connect-webhook-url", connect_webhook_url]
            self._arguments += ["--stripe-connect-webhook-secret", self.connect_webhook_secret]
        self._arguments += ["--stripe-settle-ms", str(settle_ms), "--stripe-payout-ms", "20"]
        if mail_events_url is not None:
            self._arguments += ["--sendgrid-webhook-url", mail_events_url]
            self._arguments += ["--sendgrid-webhook-private-key", PRIVATE_KEY]
        if api_url is not None:
            self._arguments += ["--api-url", api_url]
        if allow_host is not None:
            self._arguments += ["--allow-host", allow_host]
        self._process: subprocess.Popen[bytes] | None = None
        self._http = httpx.Client(base_url=self.url, timeout=10, trust_env=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._http.close()

    @property
    def pid(self) -> int:
        assert self._process is not None, "the sandbox is not running"
        return self._process.pid

    def start(self) -> None:
        """Returns when it answers; raises with its output when it does not in time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "sandbox.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sandbox", *self._arguments],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the sandbox did not start:\n{(self.folder / 'sandbox.log').read_text()}")
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: nothing is said goodbye to."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """On the same port and folder; after ``kill`` or while it runs."""
        self.stop()
        self.start()

    def effects(self) -> dict[str, Any]:
        return self._json("GET", "/sandbox/effects")

    def paid_out(self) -> dict[str, Any]:
        """What left: refunds, transfers, payouts, and what the balances are."""
        return self._json("GET", "/sandbox/effects/paid-out")

    def control(self, path: str, body: dict[str, Any] | None = None) -> None:
        """What people and banks do: ``/sandbox/stripe/…``."""
        self._http.post(path, json=body or {}).raise_for_status()

    def fault(self, kind: str, **how: Any) -> dict[str, Any]:
        """``rate=`` or ``next=``; ``operation=``, ``seed=``, ``ms=``."""
        return self._json("POST", "/sandbox/faults", {"kind": kind, **how})

    def faults(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._json("GET", "/sandbox/faults")["active"]
        return found

    def clear_faults(self) -> None:
        self._http.delete("/sandbox/faults").raise_for_status()

    def authenticate(self, intent_id: str, *, succeed: bool) -> dict[str, Any]:
        """What the holder of the card tells their bank."""
        return self._json("POST", f"/sandbox/stripe/authenticate/{intent_id}", {"succeed": succeed})

    def mails(self, **query: Any) -> list[dict[str, Any]]:
        """The newest first; ``to=`` a part of the address."""
        found: list[dict[str, Any]] = self._json("GET", f"/sandbox/mails?{urlencode(query)}")["mails"]
        return found

    def mail_effects(self, **query: Any) -> dict[str, Any]:
        """``by_argument``: how often a mail came with each of our ids; ``doubled``: those that came twice."""
        return self._json("GET", f"/sandbox/effects/mails?{urlencode(query)}")

    def reset(self) -> None:
        self._http.post("/sandbox/reset").raise_for_status()

    def _json(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self._http.request(method, path, json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def _is_ready(self) -> bool:
        try:
            return self._http.get("/sandbox/health").status_code == 200
        except httpx.TransportError:
            return False

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            os.kill(process.pid, how)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
