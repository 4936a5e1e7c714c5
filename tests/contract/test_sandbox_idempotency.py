"""Idempotency keys: one effect, one answer, however often it is asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import stripe

from tests.contract.sandbox_clients import form, order, raw, sdk
from tests.sandbox_process import SandboxProcess

KEY = {"idempotency-key": "pay_1:1"}


def test_a_repeat_gets_the_first_answer(sandbox: SandboxProcess) -> None:
    with sdk(sandbox) as client:
        first = client.v1.payment_intents.create(order(), {"idempotency_key": "k"})
        again = client.v1.payment_intents.create(order(), {"idempotency_key": "k"})
        other = client.v1.payment_intents.create(order(), {"idempotency_key": "k2"})

    assert again.last_response.body == first.last_response.body
    assert "idempotent-replayed" not in first.last_response.headers
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert again.last_response.headers["original-request"] == first.last_response.headers["request-id"]
    assert other.id != first.id
    effects = sandbox.effects()
    assert (effects["charges"], effects["keys"]) == (2, 2)


def test_a_decline_is_repeated_too(sandbox: SandboxProcess) -> None:
    with raw(sandbox) as http:
        answers = [http.post("/v1/payment_intents", data=form("pm_card_chargeDeclined"), headers=KEY) for _ in range(2)]

    assert [a.status_code for a in answers] == [402, 402]
    assert answers[0].content == answers[1].content
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert sandbox.effects()["declined"] == 1


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/customers"])
def test_a_key_stands_for_one_request_only(sandbox: SandboxProcess, path: str) -> None:
    with raw(sandbox) as http:
        http.post("/v1/payment_intents", data=form(), headers=KEY)
        answer = http.post(path, data=form(amount="13000"), headers=KEY)

    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "idempotency_error")
    assert sandbox.effects()["charges"] == 1


def test_a_refused_request_leaves_its_key_free(sandbox: SandboxProcess) -> None:
    with raw(sandbox) as http:
        refused = http.post("/v1/payment_intents", data=form(amount="1"), headers=KEY)
        taken = http.post("/v1/payment_intents", data=form(), headers=KEY)

    assert (refused.status_code, taken.status_code) == (400, 200)


def test_while_the_first_is_at_work_the_second_is_told_so(sandbox: SandboxProcess) -> None:
    sandbox.fault("latency", next=1, ms=1500)

    def send(_: int) -> httpx.Response:
        with raw(sandbox) as http:
            return http.post("/v1/payment_intents", data=form(), headers=KEY)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))

    statuses = sorted(a.status_code for a in answers)
    assert statuses == [200] + [409] * 7
    conflict = next(a for a in answers if a.status_code == 409).json()["error"]
    assert conflict["code"] == "idempotency_key_in_use"
    assert sandbox.effects()["by_payment"] == {"pay_1": 1}
    assert send(0).headers["idempotent-replayed"] == "true"


def test_a_stored_failure_is_replayed_and_never_works(sandbox: SandboxProcess) -> None:
    sandbox.fault("error_stored", next=1)
    with sdk(sandbox) as client:
        for _ in range(3):
            with pytest.raises(stripe.APIError) as caught:
                client.v1.payment_intents.create(order(), {"idempotency_key": "k"})
            assert caught.value.http_status == 500
        assert caught.value.headers is not None
        assert caught.value.headers["idempotent-replayed"] == "true"
        fresh = client.v1.payment_intents.create(order(), {"idempotency_key": "k2"})

    assert fresh.status == "succeeded"
    assert sandbox.effects()["by_payment"] == {"pay_1": 1}


def test_a_key_too_long_is_refused(sandbox: SandboxProcess) -> None:
    with raw(sandbox) as http:
        answer = http.post("/v1/payment_intents", data=form(), headers={"idempotency-key": "k" * 256})
    assert answer.status_code == 400


def test_reads_pay_no_heed_to_keys(sandbox: SandboxProcess) -> None:
    with raw(sandbox) as http:
        before = http.get("/v1/payment_intents", headers=KEY).json()["data"]
        http.post("/v1/payment_intents", data=form(), headers=KEY)
        after = http.get("/v1/payment_intents", headers=KEY).json()["data"]
    assert (len(before), len(after)) == (0, 1)
