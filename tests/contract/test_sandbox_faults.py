"""Each fault does what it says, as often as it says, and is still there after a kill."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.contract.sandbox_clients import form, raw
from tests.sandbox_process import SandboxProcess
from tests.stack import wait_until


def pay(sandbox: SandboxProcess, key: str, timeout: float = 20) -> httpx.Response:
    with raw(sandbox) as http:
        return http.post(
            "/v1/payment_intents", data=form(payment=key), headers={"idempotency-key": key}, timeout=timeout
        )


@pytest.mark.parametrize(("kind", "status"), [("too_many_requests", 429), ("error", 500)])
def test_a_failure_before_the_effect_goes_away(sandbox: SandboxProcess, kind: str, status: int) -> None:
    sandbox.fault(kind, next=2)

    answers = [pay(sandbox, "pay_1") for _ in range(3)]

    assert [a.status_code for a in answers] == [status, status, 200]
    assert "idempotent-replayed" not in answers[2].headers
    assert (answers[0].headers.get("retry-after") == "1") == (status == 429)
    assert sandbox.effects()["by_payment"] == {"pay_1": 1}


def test_an_effect_without_an_answer_is_there_and_the_key_brings_it(sandbox: SandboxProcess) -> None:
    sandbox.fault("effect_without_answer", next=1)

    with pytest.raises(httpx.TransportError):
        pay(sandbox, "pay_1")

    assert sandbox.effects()["by_payment"] == {"pay_1": 1}
    again = pay(sandbox, "pay_1")
    assert (again.json()["status"], again.headers["idempotent-replayed"]) == ("succeeded", "true")
    assert sandbox.effects()["by_payment"] == {"pay_1": 1}


def test_an_effect_may_be_answered_with_a_stored_failure(sandbox: SandboxProcess) -> None:
    sandbox.fault("effect_error_stored", next=1)

    answers = [pay(sandbox, "pay_1") for _ in range(2)]

    assert [a.status_code for a in answers] == [500, 500]
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert sandbox.effects()["by_payment"] == {"pay_1": 1}


def test_a_hang_ends_by_itself(sandbox: SandboxProcess) -> None:
    sandbox.fault("hang", next=1, ms=200)
    with pytest.raises(httpx.TransportError) as caught:
        pay(sandbox, "pay_1")
    assert not isinstance(caught.value, httpx.TimeoutException)


def test_latency_delays_and_a_client_that_left_has_still_paid(sandbox: SandboxProcess) -> None:
    sandbox.fault("latency", next=2, ms=400)
    began = time.monotonic()
    assert pay(sandbox, "pay_1").status_code == 200
    assert time.monotonic() - began >= 0.4

    with pytest.raises(httpx.ReadTimeout):
        pay(sandbox, "pay_2", timeout=0.1)
    wait_until(lambda: "pay_2" in sandbox.effects()["by_payment"], "it is charged all the same", 10)


def test_a_fault_may_be_for_one_operation(sandbox: SandboxProcess) -> None:
    sandbox.fault("error", rate=1, operation="payment_intents.list")

    assert pay(sandbox, "pay_1").status_code == 200
    with raw(sandbox) as http:
        assert http.get("/v1/payment_intents").status_code == 500
        assert http.get("/v1/charges").status_code == 200
    assert [(f["seen"], f["hits"]) for f in sandbox.faults()] == [(1, 1)]


def test_a_rate_is_drawn_from_its_seed(sandbox: SandboxProcess) -> None:
    def statuses(seed: int) -> list[int]:
        sandbox.clear_faults()
        sandbox.fault("error", rate=0.3, seed=seed, operation="balance.retrieve")
        with raw(sandbox) as http:
            return [http.get("/v1/balance").status_code for _ in range(60)]

    first, same, other = statuses(7), statuses(7), statuses(8)

    assert first == same
    assert first != other
    assert 6 <= first.count(500) <= 32
    assert sandbox.faults()[0]["hits"] == other.count(500)


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "error"},
        {"kind": "error", "rate": 0.5, "next": 1},
        {"kind": "error", "rate": 2},
        {"kind": "error", "next": 0},
        {"kind": "fire", "next": 1},
        {"kind": "error", "next": 1, "operation": "payment_intents.creat"},
        {"kind": "webhook_lose", "next": 1, "operation": "payment_intents.create"},
        {"kind": "error", "next": 1, "sed": 1},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox: SandboxProcess, order: dict[str, object]) -> None:
    with raw(sandbox) as http:
        answer = http.post("/sandbox/faults", json=order)
    assert answer.status_code == 400
    assert sandbox.faults() == []


def test_the_controls_explain_themselves_and_clear(sandbox: SandboxProcess) -> None:
    sandbox.fault("error", rate=1)
    with raw(sandbox) as http:
        told = http.get("/sandbox/faults").json()
        page = http.get("/").text
    sandbox.clear_faults()

    assert "payment_intents.create" in told["operations"]
    assert all(told["kinds"].values())
    assert "pm_card_visa" in page
    assert sandbox.faults() == []
    assert pay(sandbox, "pay_1").status_code == 200


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    with SandboxProcess(tmp_path) as sandbox:
        before = pay(sandbox, "pay_1")
        sandbox.fault("effect_without_answer", next=5)
        sandbox.fault("error", rate=0.5, seed=3, operation="balance.retrieve")
        with pytest.raises(httpx.TransportError):
            pay(sandbox, "pay_2")

        sandbox.kill()
        with pytest.raises(httpx.ConnectError):
            pay(sandbox, "pay_3")
        sandbox.start()

        assert [(f["kind"], f["remaining"], f["hits"]) for f in sandbox.faults()] == [
            ("effect_without_answer", 4, 1),
            ("error", None, 0),
        ]
        sandbox.clear_faults()
        effects = sandbox.effects()
        assert effects["by_payment"] == {"pay_1": 1, "pay_2": 1}
        again = pay(sandbox, "pay_1")
        assert (again.content, again.headers["idempotent-replayed"]) == (before.content, "true")
        assert pay(sandbox, "pay_2").json()["status"] == "succeeded"
        assert sandbox.effects()["by_payment"] == {"pay_1": 1, "pay_2": 1}


def test_kills_under_load_charge_nobody_twice(tmp_path: Path) -> None:
    """Each client repeats with its key until it has its answer, as ours do."""

    def pay_until_answered(sandbox: SandboxProcess, payment: str) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if pay(sandbox, payment, timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        raise AssertionError(f"{payment} never got an answer")

    payments = [f"pay_{n}" for n in range(60)]
    with SandboxProcess(tmp_path) as sandbox, ThreadPoolExecutor(6) as threads:
        sandbox.fault("effect_without_answer", rate=0.2, seed=4)
        waiting = [threads.submit(pay_until_answered, sandbox, payment) for payment in payments]
        for _ in range(3):
            seen = sum(one.done() for one in waiting)
            wait_until(lambda seen=seen: sum(one.done() for one in waiting) >= min(seen + 5, 60), "five more")
            sandbox.kill()
            sandbox.start()
        for one in waiting:
            one.result()

        assert sandbox.effects()["by_payment"] == dict.fromkeys(payments, 1)
        assert sandbox.faults()[0]["hits"] > 0
