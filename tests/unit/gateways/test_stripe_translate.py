"""What Stripe's events mean to us."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from domain.payments.ports import Cancelled, Captured, Declined, Outcome, PaymentEvent, Processing, RequiresAction
from domain.payments.refunds.ports import (
    PaymentRefunded,
    Refunded,
    RefundEvent,
    RefundFailed,
    RefundOutcome,
    RefundProcessing,
)
from domain.platform.inbox.ports import NotOurs, Suspect
from gateways.stripe.translate import TRANSLATORS, translate
from tests.unit.gateways.stripe_bodies import METADATA, NOW, SECRET, charge, event, intent, refund, transaction

DECLINE = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "insufficient_funds",
    "message": "Not enough.",
}


def captured(**changes: Any) -> Captured:
    values: dict[str, Any] = {"provider_id": "pi_1", "charge_id": "ch_1", "amount_minor": 12_000, "currency": "usd"}
    return Captured(**{**values, **changes})


MEANINGS: list[tuple[str, dict[str, Any], Outcome]] = [
    ("payment_intent.succeeded", intent(), captured()),
    ("payment_intent.processing", intent("processing"), Processing(provider_id="pi_1")),
    ("payment_intent.canceled", intent("canceled"), Cancelled(provider_id="pi_1")),
    (
        "payment_intent.requires_action",
        intent("requires_action", next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {"any": "thing"}}),
        RequiresAction(provider_id="pi_1", client_secret=SECRET),
    ),
    (
        "payment_intent.requires_action",
        intent("requires_action", next_action={"type": "redirect_to_url", "redirect_to_url": {"url": "https://bank"}}),
        RequiresAction(provider_id="pi_1", client_secret=SECRET, next_action_url="https://bank"),
    ),
    (
        "payment_intent.payment_failed",
        intent("requires_payment_method", last_payment_error=DECLINE),
        Declined(provider_id="pi_1", code="insufficient_funds", message="Not enough."),
    ),
    ("charge.succeeded", charge(), captured(balance_transaction_id="txn_1")),
    ("charge.succeeded", charge(balance_transaction=None), captured()),
    ("charge.updated", charge(), captured(balance_transaction_id="txn_1")),
    (
        "charge.updated",
        charge(balance_transaction=transaction()),
        captured(balance_transaction_id="txn_1", fee_minor=378),
    ),
    # A fee in the settlement's currency is not a fee in the payment's.
    (
        "charge.updated",
        charge(balance_transaction=transaction(currency="eur")),
        captured(balance_transaction_id="txn_1"),
    ),
]

FAILED = RefundFailed(provider_id="re_1", code="lost_or_stolen_card", message="The refund did not arrive.")
REFUNDS = [
    ("refund.created", refund("pending"), RefundProcessing(provider_id="re_1")),
    ("refund.created", refund("requires_action"), RefundProcessing(provider_id="re_1")),
    ("refund.created", refund(), Refunded(provider_id="re_1")),
    ("refund.updated", refund(), Refunded(provider_id="re_1")),
    ("refund.failed", refund("failed", failure_reason="lost_or_stolen_card"), FAILED),
    ("refund.updated", refund("canceled"), msgspec.structs.replace(FAILED, code="canceled")),
]


@pytest.mark.parametrize(("kind", "what", "meaning"), MEANINGS)
def test_an_event_of_ours_says_what_became_of_the_payment(kind: str, what: dict[str, Any], meaning: Outcome) -> None:
    expected = PaymentEvent(event_id="evt_1", occurred_at=NOW, payment_id="pay_1", outcome=meaning)
    assert translate(event(kind, what)) == expected
    assert translate(event(kind, what).encode()) == expected


def test_every_type_that_we_follow_is_among_the_meanings() -> None:
    assert {kind for kind, *_ in [*MEANINGS, *REFUNDS]} | {"charge.refunded"} == set(TRANSLATORS)


@pytest.mark.parametrize(("kind", "what", "meaning"), REFUNDS)
def test_an_event_of_ours_says_what_became_of_the_refund(
    kind: str, what: dict[str, Any], meaning: RefundOutcome
) -> None:
    expected = RefundEvent(event_id="evt_1", occurred_at=NOW, refund_id="rfd_1", outcome=meaning)
    assert translate(event(kind, what)) == expected


def test_a_charge_that_was_refunded_says_how_much_of_it() -> None:
    assert translate(event("charge.refunded", charge(amount_refunded=5_000))) == PaymentRefunded(
        event_id="evt_1", occurred_at=NOW, payment_id="pay_1", refunded_minor=5_000
    )


@pytest.mark.parametrize(
    ("kind", "what", "reason"),
    [
        ("customer.created", {"id": "cus_1"}, "we do not follow customer.created"),
        ("payment_intent.created", intent("requires_payment_method"), "we do not follow payment_intent.created"),
        ("payment_intent.succeeded", intent(metadata={}), "it carries no payment_id in its metadata"),
        ("payment_intent.succeeded", intent(metadata=None), "it carries no payment_id in its metadata"),
        (
            "payment_intent.succeeded",
            {"id": "pi_9", "metadata": {"payment_id": ""}},
            "it carries no payment_id in its metadata",
        ),
        ("charge.succeeded", charge(captured=False), "the charge is succeeded, captured: False"),
        ("charge.updated", charge(status="failed"), "the charge is failed, captured: True"),
        ("charge.refunded", charge(metadata={}), "it carries no payment_id in its metadata"),
        ("refund.updated", refund(metadata={}), "it carries no refund_id in its metadata"),
    ],
)
def test_what_is_not_ours_says_why(kind: str, what: dict[str, Any], reason: str) -> None:
    assert translate(event(kind, what)) == NotOurs(event_id="evt_1", reason=reason)


@pytest.mark.parametrize("kind", TRANSLATORS)
def test_a_payment_charge_or_refund_of_a_connected_account_is_never_ours(kind: str) -> None:
    body = json.loads(event(kind, {"metadata": {"payment_id": "pay_1", "refund_id": "rfd_1"}}))
    found = translate(json.dumps({**body, "account": "acct_1"}))
    assert isinstance(found, Suspect)
    assert all(word in found.reason for word in (kind, "pay_1", "acct_1"))
    body["data"]["object"]["metadata"] = {}
    assert isinstance(translate(json.dumps({**body, "account": "acct_1"})), NotOurs)


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("payment_intent.succeeded", intent(latest_charge=None)),
        ("payment_intent.succeeded", intent(amount_received=0)),
        ("payment_intent.succeeded", intent("a_status_of_2030")),
        ("payment_intent.succeeded", {"metadata": METADATA}),
        ("payment_intent.requires_action", intent("requires_action", client_secret=None)),
        ("payment_intent.payment_failed", intent("requires_payment_method")),
        ("charge.succeeded", charge(payment_intent=None)),
        ("charge.succeeded", charge(amount_captured=0)),
        ("charge.succeeded", charge(currency="")),
        ("payment_intent.succeeded", intent(currency="dollars")),
        ("refund.updated", refund("a_status_of_2030")),
        ("refund.updated", {"metadata": {"refund_id": "rfd_1"}}),
    ],
)
def test_an_event_of_ours_that_cannot_be_read_is_never_dropped(kind: str, what: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        translate(event(kind, what))


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"null", b'{"id": "evt_1"}', b"\xff", '{"id": 1, "type": 2}'])
def test_what_is_no_event_is_an_error(payload: bytes | str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        translate(payload)


@pytest.mark.parametrize(
    ("problem", "code", "message"),
    [
        ({"code": "card_declined", "decline_code": "generic_decline", "message": "No."}, "card_declined", "No."),
        ({"code": "card_declined", "message": "No."}, "card_declined", "No."),
        ({"code": "expired_card", "decline_code": "expired_card", "message": "Old."}, "expired_card", "Old."),
        (
            {"code": "card_declined", "decline_code": "stolen_card", "message": "Stolen!"},
            "card_declined",
            "Your card was declined.",
        ),
        ({"code": "fraudulent", "message": "Fraud!"}, "card_declined", "Your card was declined."),
        ({}, "card_declined", "Your card was declined."),
    ],
)
def test_a_decline_names_the_reason_that_may_be_told(problem: dict[str, str], code: str, message: str) -> None:
    found = translate(
        event("payment_intent.payment_failed", intent("requires_payment_method", last_payment_error=problem))
    )
    assert isinstance(found, PaymentEvent)
    assert found.outcome == Declined(provider_id="pi_1", code=code, message=message)
