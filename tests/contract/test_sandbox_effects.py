"""What happened is told charge by charge, to programs and on the page."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pysqlite3.dbapi2 as sqlite
import pytest

from tests.contract.sandbox_clients import form, order, raw, sdk
from tests.sandbox_process import SandboxProcess
from tests.stack import wait_until
from tests.webhook_receiver import WebhookReceiver


def charges(sandbox: SandboxProcess, **query: str | int) -> dict[str, Any]:
    page: dict[str, Any] = httpx.get(f"{sandbox.url}/sandbox/effects/charges", params=query).raise_for_status().json()
    return page


def test_each_charge_is_told_with_its_intent_its_payment_and_its_key(sandbox: SandboxProcess) -> None:
    with raw(sandbox) as http:
        good = http.post("/v1/payment_intents", data=form(payment="pay_a"), headers={"idempotency-key": "key_a"}).json()
        http.post("/v1/payment_intents", data=form("pm_card_chargeDeclined", "pay_b"))

    first, second = charges(sandbox)["charges"]

    assert first["charge"] == good["latest_charge"]
    assert first["payment_intent"] == good["id"]
    assert (first["payment"], first["idempotency_key"]) == ("pay_a", "key_a")
    assert (first["amount"], first["currency"], first["succeeded"]) == (12_000, "usd", True)
    assert (second["payment"], second["idempotency_key"], second["succeeded"]) == ("pay_b", None, False)
    assert charges(sandbox, payment="pay_b")["charges"] == [second]
    assert charges(sandbox, payment_intent=good["id"])["charges"] == [first]
    assert charges(sandbox, idempotency_key="key_a")["charges"] == [first]
    assert charges(sandbox, payment="pay_c") == {"charges": [], "next_after": None}


def test_charges_are_told_page_by_page(sandbox: SandboxProcess) -> None:
    with raw(sandbox) as http:
        for n in range(5):
            http.post("/v1/payment_intents", data=form(payment=f"pay_{n}")).raise_for_status()

    told: list[str] = []
    page = charges(sandbox, limit=2)
    while True:
        told += [charge["payment"] for charge in page["charges"]]
        if page["next_after"] is None:
            break
        page = charges(sandbox, limit=2, after=page["next_after"])

    assert told == [f"pay_{n}" for n in range(5)]


@pytest.mark.parametrize("limit", ["0", "1001", "many"])
def test_a_wrong_limit_is_refused(sandbox: SandboxProcess, limit: str) -> None:
    assert httpx.get(f"{sandbox.url}/sandbox/effects/charges", params={"limit": limit}).status_code == 400


def test_the_page_shows_payments_and_deliveries_and_no_markup_of_others(tmp_path: Path) -> None:
    with WebhookReceiver() as receiver, SandboxProcess(tmp_path, webhook_url=receiver.url) as sandbox:
        with sdk(sandbox) as client:
            intent = client.v1.payment_intents.create(order(payment="<script>alert(1)</script>"))
        wait_until(lambda: sandbox.effects()["deliveries"]["delivered"] == 3, "all are delivered", 60)
        page = httpx.get(sandbox.url).text

    assert intent.id in page
    assert "charge.succeeded" in page
    assert "delivered" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_a_file_of_an_earlier_version_is_taken_on(tmp_path: Path) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        with closing(sqlite.connect(str(tmp_path / "sandbox.db"), isolation_level=None)) as file:
            sandbox.kill()
            file.execute("ALTER TABLE effect DROP COLUMN intent")
            file.execute("ALTER TABLE effect DROP COLUMN key")
        sandbox.start()
        with raw(sandbox) as http:
            http.post("/v1/payment_intents", data=form(payment="pay_1")).raise_for_status()
        assert sandbox.effects()["by_payment"] == {"pay_1": 1}
