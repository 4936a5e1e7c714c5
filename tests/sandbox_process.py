"""The sandbox as a process of its own, to be talked to, killed and started again."""

from __future__ import annotations

import signal
import sys
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.sendgrid_webhooks import PRIVATE_KEY
from tests.served import Served


class SandboxProcess(Served):
    """``with SandboxProcess(tmp_path) as sandbox``: ready when entered, gone when left."""

    secret_key = "sk_test_sandbox"
    publishable_key = "pk_test_sandbox"
    webhook_secret = "whsec_sandbox"
    connect_webhook_secret = "whsec_connect"
    sendgrid_key = "SG.sandbox"
    health = "/sandbox/health"

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
        super().__init__(folder / "sandbox.log", port)
        self.folder = folder
        options = {
            "--port": self.port,
            "--data": folder,
            "--allow-host": allow_host,
            "--api-url": api_url,
            "--stripe-secret-key": self.secret_key,
            "--stripe-publishable-key": self.publishable_key,
            "--stripe-webhook-url": webhook_url,
            "--stripe-webhook-secret": self.webhook_secret,
            "--stripe-connect-webhook-url": connect_webhook_url,
            "--stripe-connect-webhook-secret": self.connect_webhook_secret,
            "--stripe-settle-ms": settle_ms,
            "--stripe-payout-ms": 20,
            "--sendgrid-webhook-url": mail_events_url,
            "--sendgrid-webhook-private-key": PRIVATE_KEY,
            "--webhook-retry-ms": webhook_retry_ms,
        }
        given = [(name, str(value)) for name, value in options.items() if value is not None]
        self.command = [sys.executable, "-m", "sandbox", *chain.from_iterable(given)]
        self._http = httpx.Client(base_url=self.url, timeout=10, trust_env=False)

    def __exit__(self, *raised: object) -> None:
        super().__exit__(*raised)
        self._http.close()

    def kill(self) -> None:
        """SIGKILL: nothing is said goodbye to."""
        self.end(signal.SIGKILL)

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
