"""Every test card does what Stripe says it does."""

from __future__ import annotations

import pytest
import stripe

from sandbox.stripe.cards import BY_NUMBER, CARDS
from tests.contract.sandbox_clients import form, order, raw
from tests.sandbox_process import SandboxProcess

DECLINED = sorted(name for name, card in CARDS.items() if card.decline and not card.authenticate)
ACCEPTED = sorted(name for name, card in CARDS.items() if not (card.decline or card.authenticate or card.settles_later))
ASKING = sorted(name for name, card in CARDS.items() if card.authenticate)

REASONS = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_visa_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_chargeDeclinedLostCard": ("card_declined", "lost_card"),
    "pm_card_chargeDeclinedStolenCard": ("card_declined", "stolen_card"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", "expired_card"),
    "pm_card_visa_chargeDeclinedExpiredCard": ("expired_card", "expired_card"),
    "pm_card_chargeDeclinedIncorrectCvc": ("incorrect_cvc", "incorrect_cvc"),
    "pm_card_chargeDeclinedProcessingError": ("processing_error", "processing_error"),
}


def story(client: stripe.StripeClient) -> list[str]:
    return [event.type for event in reversed(client.v1.events.list({"limit": 100}).data)]


@pytest.mark.parametrize("card", ACCEPTED)
def test_a_good_card_is_charged(client: stripe.StripeClient, sandbox: SandboxProcess, card: str) -> None:
    intent = client.v1.payment_intents.create(order(card))

    assert intent.status == "succeeded"
    assert intent.latest_charge.payment_method_details.card.brand == CARDS[card].brand
    effects = sandbox.effects()
    assert (effects["by_payment"], effects["amounts"]) == ({"pay_1": 1}, {"pay_1": intent.amount})


@pytest.mark.parametrize("card", DECLINED)
def test_a_bad_card_is_declined_and_the_attempt_is_kept(
    client: stripe.StripeClient, sandbox: SandboxProcess, card: str
) -> None:
    with pytest.raises(stripe.CardError) as caught:
        client.v1.payment_intents.create(order(card))

    error = caught.value
    code, reason = REASONS.get(card, (error.code, error.error.decline_code))
    assert (error.http_status, error.code, error.error.decline_code) == (402, code, reason)
    intent = client.v1.payment_intents.retrieve(error.error.payment_intent.id, {"expand": ["latest_charge"]})
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.code == code
    assert (intent.latest_charge.status, intent.latest_charge.failure_code) == ("failed", code)
    assert story(client) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    effects = sandbox.effects()
    assert (effects["charges"], effects["declined"], effects["by_payment"]) == (0, 1, {})


@pytest.mark.parametrize("card", ASKING)
def test_a_card_that_asks_waits_for_its_holder(client: stripe.StripeClient, sandbox: SandboxProcess, card: str) -> None:
    intent = client.v1.payment_intents.create(order(card))
    assert intent.status == "requires_action"
    assert intent.next_action.type == "use_stripe_sdk"
    assert sandbox.effects()["charges"] == 0

    then = sandbox.authenticate(intent.id, succeed=True)

    declined = CARDS[card].decline is not None
    assert then["status"] == ("requires_payment_method" if declined else "succeeded")
    assert sandbox.effects()["charges"] == (0 if declined else 1)
    assert story(client)[:2] == ["payment_intent.created", "payment_intent.requires_action"]
    assert story(client)[-1] == ("payment_intent.payment_failed" if declined else "payment_intent.succeeded")


def test_a_holder_may_refuse(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    intent = client.v1.payment_intents.create(order("pm_card_threeDSecure2Required"))

    sandbox.authenticate(intent.id, succeed=False)

    refused = client.v1.payment_intents.retrieve(intent.id)
    assert refused.status == "requires_payment_method"
    assert refused.last_payment_error.code == "payment_intent_authentication_failure"
    assert sandbox.effects()["charges"] == 0


def test_a_return_url_makes_a_redirect_to_a_page_with_two_answers(
    client: stripe.StripeClient, sandbox: SandboxProcess
) -> None:
    params = order("pm_card_authenticationRequired", return_url="http://localhost:1/back?x=1")
    intent = client.v1.payment_intents.create(params)
    url = intent.next_action.redirect_to_url.url

    with raw(sandbox) as browser:
        page = browser.get(url)
        back = browser.post(
            f"/sandbox/stripe/authenticate/{intent.id}/answer",
            data={"succeed": "true", "return_url": "http://localhost:1/back?x=1"},
        )

    assert 'value="http://localhost:1/back?x=1"' in page.text
    assert page.headers["content-security-policy"] == "frame-ancestors 'none'"
    assert back.status_code == 303
    assert back.headers["location"].startswith(f"http://localhost:1/back?x=1&payment_intent={intent.id}&")
    assert sandbox.effects()["charges"] == 1


def test_off_session_nobody_can_be_asked(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as caught:
        client.v1.payment_intents.create(order("pm_card_authenticationRequired", off_session=True))
    assert caught.value.code == "authentication_required"


@pytest.mark.parametrize(("succeed", "status"), [(True, "succeeded"), (False, "requires_payment_method")])
def test_a_slow_method_is_processing_until_it_is_settled(
    client: stripe.StripeClient, sandbox: SandboxProcess, succeed: bool, status: str
) -> None:
    intent = client.v1.payment_intents.create(order("pm_sandbox_processing"))
    assert intent.status == "processing"
    assert story(client)[-1] == "payment_intent.processing"

    assert sandbox.authenticate(intent.id, succeed=succeed)["status"] == status
    assert sandbox.effects()["charges"] == int(succeed)


def test_what_is_finished_cannot_be_finished_again(client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
    intent = client.v1.payment_intents.create(order())
    with raw(sandbox) as http:
        answer = http.post(f"/sandbox/stripe/authenticate/{intent.id}", json={"succeed": True})
    assert answer.status_code == 400
    assert sandbox.effects()["charges"] == 1


def test_every_number_that_a_browser_may_send_is_a_card(sandbox: SandboxProcess) -> None:
    with raw(sandbox) as http:
        for number, name in BY_NUMBER.items():
            fields = form(card=None, payment=name) | {
                "payment_method_data[type]": "card",
                "payment_method_data[card][number]": number,
                "confirm": "true",
            }
            answer = http.post("/v1/payment_intents", data=fields)
            card = CARDS[name]
            expected = 402 if card.decline and not card.authenticate else 200
            assert answer.status_code == expected, name
        wrong = http.post("/v1/payment_intents", data=fields | {"payment_method_data[card][number]": "4111"})
    assert wrong.status_code == 400
