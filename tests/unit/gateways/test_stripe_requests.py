"""What we say to Stripe, and what we make of its answers, through the real SDK."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from domain.payments.ports import Cancelled, Captured, Declined, Outcome, Processing, RequiresAction
from domain.provider_errors import OutcomeUnknown, ProviderError, Refused, TryLater
from tests.unit.gateways.canned_stripe import SECOND, Answer, CannedStripe, answer, converse
from tests.unit.gateways.stripe_bodies import CREATED, NOW, SECRET, charge, error, event, intent, order, transaction

WITH_FEE = intent(latest_charge=charge(balance_transaction=transaction()))
CAPTURED = Captured(
    provider_id="pi_1",
    charge_id="ch_1",
    amount_minor=12_000,
    currency="usd",
    fee_minor=378,
    balance_transaction_id="txn_1",
)
NOT_ENOUGH = error("card_error", code="card_declined", decline_code="insufficient_funds", payment_intent={"id": "pi_1"})
UNEXPECTED = error(code="payment_intent_unexpected_state", payment_intent=intent())


def submit(*answers: Answer, **changes: Any) -> Outcome:
    return converse(CannedStripe(*answers), lambda cards: cards.submit(order(**changes), SECOND))


def test_an_order_is_one_request_under_its_key() -> None:
    stripe = CannedStripe(answer(WITH_FEE))
    assert converse(stripe, lambda cards: cards.submit(order(), SECOND)) == CAPTURED
    request = stripe.requests[0]
    assert (request.method, request.url.path) == ("POST", "/v1/payment_intents")
    assert request.headers["idempotency-key"] == "pay_1:1"
    assert request.headers["authorization"] == "Bearer sk_test_1"
    assert "telemetry_id" not in request.headers["x-stripe-client-user-agent"]
    assert stripe.form(0) == {
        "amount": "12000",
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": "true",
        "allowed_payment_method_types[0]": "card",
        "capture_method": "automatic",
        "description": "Booking bkg_1",
        "metadata[payment_id]": "pay_1",
        "metadata[booking_id]": "bkg_1",
        "transfer_group": "bkg_1",
        "expand[0]": "latest_charge.balance_transaction",
    }


def test_the_same_order_is_the_same_request_byte_for_byte() -> None:
    stripe = CannedStripe(answer(WITH_FEE), answer(WITH_FEE))

    async def twice(cards: Any) -> None:
        await cards.submit(order(), SECOND)
        await cards.submit(order(provider_id="pi_1"), SECOND)

    converse(stripe, twice)
    assert stripe.requests[0].content == stripe.requests[1].content


def test_without_a_payment_method_nothing_is_confirmed() -> None:
    stripe = CannedStripe(answer(intent("requires_payment_method")))
    found = converse(stripe, lambda cards: cards.submit(order(payment_method=None), SECOND))
    assert found == RequiresAction(provider_id="pi_1", client_secret=SECRET)
    assert not {"confirm", "payment_method"} & set(stripe.form(0))


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (intent(), Captured(provider_id="pi_1", charge_id="ch_1", amount_minor=12_000, currency="usd")),
        (intent("processing"), Processing(provider_id="pi_1")),
        (intent("requires_capture"), Processing(provider_id="pi_1")),
        (intent("canceled"), Cancelled(provider_id="pi_1")),
        (intent("requires_action"), RequiresAction(provider_id="pi_1", client_secret=SECRET)),
        (intent("requires_confirmation"), RequiresAction(provider_id="pi_1", client_secret=SECRET)),
        (
            intent("requires_payment_method", last_payment_error={"code": "expired_card", "message": "Old."}),
            Declined(provider_id="pi_1", code="expired_card", message="Old."),
        ),
    ],
)
def test_each_status_is_an_outcome(body: dict[str, Any], outcome: Outcome) -> None:
    assert submit(answer(body)) == outcome


def test_a_client_whose_card_failed_may_use_another() -> None:
    failed = intent("requires_payment_method", last_payment_error={"code": "expired_card", "message": "Old."})
    assert isinstance(submit(answer(failed), payment_method=None), RequiresAction)


def test_a_declined_card_is_an_outcome() -> None:
    assert submit(answer(NOT_ENOUGH, 402)) == Declined(provider_id="pi_1", code="insufficient_funds", message="No.")


def test_a_payment_method_that_is_not_there_is_the_clients_fault() -> None:
    found = submit(answer(error(code="resource_missing", param="payment_method"), 400))
    assert found == Declined(
        provider_id=None, code="payment_method_unusable", message="This payment method cannot be used."
    )


FAILURES: list[tuple[Answer, type[ProviderError], str]] = [
    (httpx.ConnectError("refused"), TryLater, "not_reached"),
    (httpx.ConnectTimeout("slow"), TryLater, "not_reached"),
    (httpx.PoolTimeout("full"), TryLater, "not_reached"),
    (httpx.ReadError("reset"), OutcomeUnknown, "no_answer"),
    (httpx.WriteError("reset"), OutcomeUnknown, "no_answer"),
    (httpx.ReadTimeout("slow"), OutcomeUnknown, "no_answer"),
    (httpx.RemoteProtocolError("cut"), OutcomeUnknown, "no_answer"),
    (httpx.DecodingError("not gzip"), OutcomeUnknown, "no_answer"),
    (answer(error(code="amount_too_small", param="amount"), 400), Refused, "amount_too_small"),
    (answer(error("idempotency_error"), 400), OutcomeUnknown, "key_reused"),
    (answer(error(), 401), TryLater, "credentials_refused"),
    (answer(error(), 403), TryLater, "credentials_refused"),
    (answer(error(code="resource_missing"), 404), TryLater, "account_mismatch"),
    (answer(error("idempotency_error", code="idempotency_key_in_use"), 409), TryLater, "idempotency_key_in_use"),
    (answer(error(code="lock_timeout"), 429, retry_after="7"), TryLater, "rate_limited"),
    (answer(error("api_error"), 500), OutcomeUnknown, "api_error"),
    (answer(b"<html>Bad gateway</html>", 502), OutcomeUnknown, "http_502"),
    (answer(b"<html>No such page</html>", 404), OutcomeUnknown, "http_404"),
    (answer(b"", 503), OutcomeUnknown, "http_503"),
    (answer(b"moved", 301, location="http://127.0.0.1/elsewhere"), OutcomeUnknown, "http_301"),
    (answer({"error": "a_string"}, 400), OutcomeUnknown, "answer_unreadable"),
    (answer({"error": ["a list"]}, 400), OutcomeUnknown, "answer_unreadable"),
    (answer(b"", 200), OutcomeUnknown, "http_200"),
    (answer(b"{", 200), OutcomeUnknown, "http_200"),
    (answer([], 200), OutcomeUnknown, "answer_unreadable"),
    (answer("text", 200), OutcomeUnknown, "answer_unreadable"),
    (answer(b"\xff", 200), OutcomeUnknown, "answer_unreadable"),
    (answer({"id": "pi_1", "object": "payment_intent"}, 200), OutcomeUnknown, "answer_unreadable"),
    (answer(intent(latest_charge=None), 200), OutcomeUnknown, "answer_unreadable"),
    (answer(intent("a_status_of_2030"), 200), OutcomeUnknown, "answer_unreadable"),
]


@pytest.mark.parametrize(("given", "kind", "code"), FAILURES)
def test_each_failure_is_of_its_kind(given: Answer, kind: type[ProviderError], code: str) -> None:
    with pytest.raises(ProviderError) as caught:
        submit(given)
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert not getattr(caught.value, "stored", False) or code == "key_reused"
    assert "sk_test_1" not in str(caught.value)


def test_a_replayed_failure_is_stored_and_a_replayed_decline_is_a_decline() -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        submit(answer(error("api_error"), 500, idempotent_replayed="true"))
    assert caught.value.stored
    assert isinstance(submit(answer(NOT_ENOUGH, 402, idempotent_replayed="true")), Declined)


def test_retry_after_is_handed_on() -> None:
    with pytest.raises(TryLater) as caught:
        submit(answer(error(), 429, retry_after="7"))
    assert caught.value.retry_after_s == 7
    with pytest.raises(TryLater) as caught:
        submit(answer(error(), 429, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"))
    assert caught.value.retry_after_s is None


def page(*items: dict[str, Any], more: bool = False) -> httpx.Response:
    return answer({"object": "list", "data": list(items), "has_more": more})


def look_up(*answers: Answer, **changes: Any) -> tuple[Outcome | None, CannedStripe]:
    stripe = CannedStripe(*answers)
    return converse(stripe, lambda cards: cards.look_up(order(**changes), SECOND)), stripe


def test_a_known_id_is_simply_read() -> None:
    found, stripe = look_up(answer(WITH_FEE), provider_id="pi_1")
    assert found == CAPTURED
    assert (stripe.requests[0].method, stripe.requests[0].url.path) == ("GET", "/v1/payment_intents/pi_1")


def test_money_that_was_taken_is_found_by_its_booking() -> None:
    failed = charge(id="ch_0", status="failed", captured=False)
    other = charge(id="ch_9", payment_intent="pi_9", metadata={"payment_id": "pay_9"})
    found, stripe = look_up(page(failed, other, more=True), page(charge()), answer(WITH_FEE))
    assert found == CAPTURED
    first, second = stripe.query(0), stripe.query(1)
    assert first == {"limit": "100", "transfer_group": "bkg_1"}
    assert second == {**first, "starting_after": "ch_9"}
    assert stripe.requests[2].url.path == "/v1/payment_intents/pi_1"


def test_what_no_card_was_tried_for_is_none_after_one_request_however_many_others_pay() -> None:
    found, stripe = look_up(page(charge(metadata={"payment_id": "pay_7"}), charge(metadata={})))
    assert found is None
    assert len(stripe.requests) == 1


def test_of_several_the_one_that_matters_most_counts() -> None:
    def chosen(*listed: dict[str, Any]) -> str:
        _, stripe = look_up(page(*listed), answer(WITH_FEE))
        return stripe.requests[-1].url.path.rpartition("/")[2]

    new = charge(id="ch_3", status="failed", payment_intent="pi_new")
    old = charge(id="ch_2", status="failed", payment_intent="pi_old")
    busy = charge(id="ch_1", status="pending", payment_intent="pi_busy")
    assert chosen(new, old) == "pi_new"
    assert chosen(new, old, busy) == "pi_busy"
    assert chosen(new, busy, charge(id="ch_0", payment_intent="pi_paid")) == "pi_paid"


@pytest.mark.parametrize(
    "given",
    [
        httpx.ConnectError("refused"),
        httpx.ReadError("reset"),
        answer(error("api_error"), 500),
        answer(b"", 502),
        answer(error(), 401),
        answer(error(), 404),
        answer([], 200),
        answer({"data": "none"}, 200),
    ],
)
def test_a_look_up_that_fails_is_tried_later(given: Answer) -> None:
    with pytest.raises(TryLater):
        look_up(given)


def cancel(*answers: Answer, **changes: Any) -> tuple[Outcome | None, CannedStripe]:
    stripe = CannedStripe(*answers)
    return converse(stripe, lambda cards: cards.cancel(order(**changes), SECOND)), stripe


def test_to_cancel_is_one_request_under_a_fresh_key() -> None:
    found, stripe = cancel(answer(intent("canceled")), provider_id="pi_1")
    assert found == Cancelled(provider_id="pi_1")
    _, again = cancel(answer(intent("canceled")), provider_id="pi_1")
    assert stripe.requests[0].url.path == "/v1/payment_intents/pi_1/cancel"
    assert stripe.requests[0].headers["idempotency-key"] != again.requests[0].headers["idempotency-key"]


def test_too_late_to_cancel_says_what_it_is() -> None:
    found, _ = cancel(answer(UNEXPECTED, 400), answer(WITH_FEE), provider_id="pi_1")
    assert found == CAPTURED


def test_without_an_id_everything_that_a_card_was_tried_for_is_cancelled() -> None:
    twice = charge(id="ch_2", status="failed"), charge(id="ch_1", status="failed")
    tried = page(*twice, charge(id="ch_0", status="failed", payment_intent="pi_2"))
    found, stripe = cancel(tried, answer(intent("canceled")), answer(intent("canceled", id="pi_2")))
    assert found == Cancelled(provider_id="pi_1")
    assert [r.url.path for r in stripe.requests[1:]] == [
        "/v1/payment_intents/pi_1/cancel",
        "/v1/payment_intents/pi_2/cancel",
    ]
    assert cancel(page())[0] is None


def test_without_an_id_a_capture_is_what_counts() -> None:
    busy = charge(id="ch_9", status="pending", payment_intent="pi_2")
    canceled = answer(intent("canceled", id="pi_2"))
    assert cancel(page(busy, charge()), answer(UNEXPECTED, 400), answer(WITH_FEE), canceled)[0] == CAPTURED


def test_a_cancel_in_doubt_is_unknown() -> None:
    with pytest.raises(OutcomeUnknown):
        cancel(httpx.ReadError("reset"), provider_id="pi_1")
    with pytest.raises(Refused):
        cancel(answer(error(code="parameter_invalid"), 400), provider_id="pi_1")


def test_events_come_in_pages_as_stripe_wrote_them() -> None:
    first = event("payment_intent.succeeded", intent(), id="evt_2")
    second = event("charge.succeeded", charge(), id="evt_1")
    body = b'{"object": "list", "has_more": %s, "data": [%s]}'
    stripe = CannedStripe(
        answer(body % (b"true", first.encode())),
        answer(body % (b"false", second.encode())),
    )

    async def read(cards: Any) -> tuple[Any, Any]:
        until = NOW + timedelta(hours=1, milliseconds=900)
        one = await cards.events(NOW, until, None, SECOND)
        return one, await cards.events(NOW, until, one.next_cursor, SECOND)

    one, two = converse(stripe, read)
    assert [(e.event_id, e.type, e.created, e.payload) for e in one.events] == [
        ("evt_2", "payment_intent.succeeded", datetime.fromtimestamp(CREATED, UTC), first)
    ]
    assert (one.next_cursor, two.next_cursor) == ("evt_2", None)
    assert two.events[0].payload == second
    query = stripe.query(0)
    assert (query["created[gte]"], query["created[lte]"]) == (str(CREATED), str(CREATED + 3600))
    assert query["types[0]"] == "charge.refunded"
    assert stripe.query(1)["starting_after"] == "evt_2"


def test_no_events_are_an_empty_last_page() -> None:
    found = converse(CannedStripe(page()), lambda cards: cards.events(NOW, NOW, None, SECOND))
    assert (found.events, found.next_cursor) == ([], None)


def test_events_that_cannot_be_read_are_tried_later() -> None:
    with pytest.raises(TryLater):
        converse(CannedStripe(page({"id": 1})), lambda cards: cards.events(NOW, NOW, None, SECOND))
