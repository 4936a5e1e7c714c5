"""The fake and the gateway over the SDK against the sandbox keep the same promises about cards."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from domain.payments.ports import Captured, CardPayments, Declined, PaymentEvent
from domain.platform.inbox.ports import NotOurs, ProviderEvent
from domain.provider_errors import OutcomeUnknown, TryLater
from gateways.failures import OPERATOR_S
from gateways.stripe.open import open_all
from gateways.stripe.signature import verify
from gateways.stripe.translate import translate
from gateways.testing import FakeCards, Fault
from gateways.testing import translate as translate_fake
from tests.contract.card_payments_contract import CardPaymentsContract, new_order, with_id
from tests.contract.worlds import PATIENT, AnyFake, StripeWorld
from tests.sandbox_process import SandboxProcess
from tests.webhook_receiver import WebhookReceiver


class FakeWorld(AnyFake):
    def __init__(self) -> None:
        self.fake = FakeCards(lambda: datetime.now(UTC))
        self.cards: CardPayments = self.fake

    def charges(self, payment_id: str) -> int:
        return len(self.fake.charges(payment_id))

    def confirm(self, client_secret: str, payment_method: str) -> None:
        self.fake.confirm(client_secret, payment_method)

    def translate(self, payload: str) -> PaymentEvent | NotOurs:
        return translate_fake(payload)


class TestFakeCards(CardPaymentsContract):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld()


class CardsWorld(StripeWorld):
    @property
    def cards(self) -> CardPayments:
        return self.stripe.cards

    def charges(self, payment_id: str) -> int:
        found: int = self.sandbox.effects()["by_payment"].get(payment_id, 0)
        return found

    def confirm(self, client_secret: str, payment_method: str) -> None:
        intent_id = client_secret.partition("_secret_")[0]
        form = {"client_secret": client_secret, "payment_method": payment_method}
        key = {"Authorization": f"Bearer {self.sandbox.publishable_key}"}
        url = f"{self.sandbox.url}/v1/payment_intents/{intent_id}/confirm"
        httpx.post(url, data=form, headers=key, trust_env=False).raise_for_status()

    def translate(self, payload: str) -> PaymentEvent | NotOurs:
        return translate(payload)


class TestStripeGateway(CardPaymentsContract):
    @pytest.fixture
    def world(self, sandbox: SandboxProcess) -> CardsWorld:
        return CardsWorld(sandbox)

    def test_a_wrong_key_of_ours_buries_no_payment(self, world: CardsWorld) -> None:
        order = new_order()
        stranger = open_all("sk_test_charlie", world.sandbox.url).cards
        for call in (stranger.submit, stranger.look_up, stranger.cancel):
            with pytest.raises(TryLater) as caught:
                self.run(call(order, PATIENT))
            assert caught.value.code == "credentials_refused"
            assert caught.value.retry_after_s == OPERATOR_S
        self.run(stranger.close())
        assert world.charges(order.payment_id) == 0

    def test_a_payment_of_another_account_is_never_taken_for_absent(self, world: CardsWorld) -> None:
        with pytest.raises(TryLater) as caught:
            self.look_up(world, new_order(provider_id="pi_of_another_account"))
        assert caught.value.code == "account_mismatch"

    def test_the_owner_of_a_card_agrees_or_does_not(self, world: CardsWorld) -> None:
        order = new_order(payment_method="pm_card_authenticationRequired")
        outcome = self.waiting(world, order)
        world.sandbox.authenticate(outcome.provider_id, succeed=True)
        assert isinstance(self.look_up(world, with_id(order, outcome)), Captured)
        again = new_order(payment_method="pm_card_authenticationRequired")
        refused = self.waiting(world, again)
        world.sandbox.authenticate(refused.provider_id, succeed=False)
        assert isinstance(self.look_up(world, with_id(again, refused)), Declined)
        assert (world.charges(order.payment_id), world.charges(again.payment_id)) == (1, 0)

    def test_what_nobody_has_the_secret_of_counts_as_absent(self, world: CardsWorld) -> None:
        """It is at the provider, and no card was tried for it: the same key brings it back, a look-up does not."""
        order = new_order(payment_method=None)
        world.fail_next(Fault.LOST_AFTER)
        self.in_doubt(world, order)
        assert self.look_up(world, order) is None
        assert self.cancel(world, order) is None
        assert self.waiting(world, order).client_secret

    def test_a_provider_that_dies_with_the_answer_charges_once(self, world: CardsWorld) -> None:
        order = new_order()
        world.sandbox.fault("effect_without_answer", next=1, ms=60_000)
        world.sandbox.fault("latency", next=1, ms=0)

        async def die_in_between() -> None:
            call = asyncio.create_task(world.cards.submit(order, PATIENT))
            while world.charges(order.payment_id) == 0:  # noqa: ASYNC110 - the sandbox has no event to wait on
                await asyncio.sleep(0.01)
            world.sandbox.kill()
            with pytest.raises(OutcomeUnknown):
                await call
            with pytest.raises(TryLater):
                await world.cards.submit(order, PATIENT)
            world.sandbox.start()
            assert isinstance(await world.cards.submit(order, PATIENT), Captured)

        self.run(asyncio.wait_for(die_in_between(), 60))
        assert world.charges(order.payment_id) == 1


def test_a_webhook_is_believed_and_says_what_the_list_says(tmp_path: Path) -> None:
    """What is fetched because a webhook was lost is what the webhook would have brought."""
    order = new_order()
    begin = datetime.now(UTC)

    async def take_and_list(url: str) -> list[ProviderEvent]:
        cards = open_all(SandboxProcess.secret_key, url).cards
        await cards.submit(order, PATIENT)
        page = await cards.events(begin, datetime.now(UTC), None, PATIENT)
        await cards.close()
        return page.events

    with WebhookReceiver() as receiver, SandboxProcess(tmp_path, webhook_url=receiver.url) as sandbox:
        listed = asyncio.run(take_and_list(sandbox.url))
        told = {}
        while not {event.event_id for event in listed} <= told.keys():
            signature, body = receiver.next()
            verify(body, signature, (sandbox.webhook_secret,), datetime.now(UTC), 300)
            told[translate(body).event_id] = translate(body)
    assert {event.type for event in listed} == {"charge.succeeded", "payment_intent.succeeded"}
    for event in listed:
        found = translate(event.payload)
        assert isinstance(found, PaymentEvent)
        assert found == told[event.event_id]
        assert (found.payment_id, found.occurred_at) == (order.payment_id, event.created)
