"""The sandbox against the official SDK: what it answers is what Stripe's types promise."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import stripe
from stripe import params as sdk_params

from sandbox.stripe import params
from sandbox.stripe.objects import EVENT_TYPES
from tests.contract.sandbox_clients import assert_typed, body_of, form, order, raw, sdk
from tests.contract.stripe_types import problems
from tests.sandbox_process import SandboxProcess


class TestShapes:
    @pytest.mark.parametrize("card", ["pm_card_visa", "pm_card_threeDSecure2Required", "pm_sandbox_processing", None])
    def test_an_intent_is_as_typed_in_each_state(self, client: stripe.StripeClient, card: str | None) -> None:
        assert_typed(client.v1.payment_intents.create(order(card)), stripe.PaymentIntent)

    def test_the_intent_of_a_decline_is_as_typed(self, client: stripe.StripeClient) -> None:
        with pytest.raises(stripe.CardError) as caught:
            client.v1.payment_intents.create(order("pm_card_chargeDeclined"))

        error = msgspec.json.decode(caught.value.http_body or "")["error"]
        assert problems(error["payment_intent"], stripe.PaymentIntent, "intent") == []
        assert problems(error, stripe.ErrorObject, "error") == []

    def test_what_is_only_read_is_as_typed(self, client: stripe.StripeClient) -> None:
        client.v1.payment_intents.create(order())
        customer = client.v1.customers.create({"name": "alice", "email": "alice@example.org"})
        v1 = client.v1
        reads: list[tuple[Any, type]] = [
            (v1.charges.list(), stripe.Charge),
            (v1.events.list(), stripe.Event),
            (v1.balance_transactions.list(), stripe.BalanceTransaction),
            (v1.payment_intents.list(), stripe.PaymentIntent),
            (v1.balance.retrieve(), stripe.Balance),
            (v1.customers.retrieve(customer.id), stripe.Customer),
        ]
        for answer, kind in reads:
            assert_typed(answer, kind)

    def test_single_reads_give_the_same_as_lists(self, client: stripe.StripeClient) -> None:
        client.v1.payment_intents.create(order())
        v1 = client.v1
        for service in (v1.charges, v1.events, v1.balance_transactions, v1.payment_intents):
            listed = body_of(service.list())["data"][0]
            assert body_of(service.retrieve(listed["id"])) == listed

    def test_a_payment_method_is_as_typed(self, client: stripe.StripeClient) -> None:
        intent = client.v1.payment_intents.create(order(expand=["payment_method", "latest_charge"]))
        assert problems(body_of(intent)["payment_method"], stripe.PaymentMethod, "method") == []

    def test_the_checker_finds_what_is_wrong(self, client: stripe.StripeClient) -> None:
        intent = body_of(client.v1.payment_intents.create(order()))
        broken = intent | {"amount": "12000", "surprise": 1, "metadata": None, "latest_charge": {"id": "ch_1"}}
        del broken["status"]

        found = "\n".join(problems(broken, stripe.PaymentIntent, "intent"))

        for name in ("amount", "surprise", "metadata", "status", "latest_charge"):
            assert f"intent.{name}" in found

    def test_events_and_parameters_are_all_stripes(self) -> None:
        known = set(stripe.Event.__annotations__["type"].__args__)
        assert known >= EVENT_TYPES

    @pytest.mark.parametrize(
        ("ours", "theirs", "extra"),
        [
            (params.CreateIntent, sdk_params.PaymentIntentCreateParams, set()),
            (params.ConfirmIntent, sdk_params.PaymentIntentConfirmParams, {"client_secret", "key"}),
            (params.RetrieveIntent, sdk_params.PaymentIntentRetrieveParams, {"key"}),
            (params.CancelIntent, sdk_params.PaymentIntentCancelParams, set()),
            (params.ListIntents, sdk_params.PaymentIntentListParams, set()),
            (params.ListCharges, sdk_params.ChargeListParams, set()),
            (params.ListEvents, sdk_params.EventListParams, set()),
            (params.ListTransactions, sdk_params.BalanceTransactionListParams, set()),
            (params.CreateRefund, sdk_params.RefundCreateParams, set()),
            (params.ListRefunds, sdk_params.RefundListParams, set()),
            (params.CreateAccount, sdk_params.AccountCreateParams, set()),
            (params.CreateLink, sdk_params.AccountLinkCreateParams, set()),
            (params.CreateTransfer, sdk_params.TransferCreateParams, set()),
            (params.ListTransfers, sdk_params.TransferListParams, set()),
            (params.CreatePayout, sdk_params.PayoutCreateParams, set()),
            (params.ListPayouts, sdk_params.PayoutListParams, set()),
        ],
    )
    def test_parameters_are_stripes_own(self, ours: type[msgspec.Struct], theirs: type, extra: set[str]) -> None:
        options = {"api_key", "stripe_version", "stripe_account", "stripe_context", "idempotency_key", "headers"}
        options |= {"content_type", "max_network_retries"}
        stripes = set(theirs.__annotations__) - options
        modelled = {field.name for field in msgspec.structs.fields(ours)} - extra

        assert modelled <= stripes
        assert stripes - modelled <= params.BEYOND


class TestPayments:
    def test_a_payment_confirmed_at_once_is_charged_with_its_fee(
        self, client: stripe.StripeClient, sandbox: SandboxProcess
    ) -> None:
        intent = client.v1.payment_intents.create(order())

        charge = intent.latest_charge
        assert isinstance(charge, stripe.Charge)
        transaction = charge.balance_transaction
        assert isinstance(transaction, stripe.BalanceTransaction)
        assert (intent.status, intent.amount_received, charge.status) == ("succeeded", 12_000, "succeeded")
        assert (transaction.amount, transaction.fee, transaction.net) == (12_000, 378, 11_622)
        assert charge.metadata["payment_id"] == "pay_1"
        effects = sandbox.effects()
        assert (effects["charges"], effects["amount"], effects["by_payment"]) == (1, 12_000, {"pay_1": 1})

    def test_by_default_the_fee_comes_later(self, client: stripe.StripeClient) -> None:
        params_ = order()
        del params_["capture_method"]
        intent = client.v1.payment_intents.create(params_)

        charges = client.v1.charges.list({"payment_intent": intent.id}).data
        types = [event.type for event in client.v1.events.list().data]

        assert intent.capture_method == "automatic_async"
        assert charges[0].balance_transaction is not None
        assert types[0] == "charge.updated"
        told = client.v1.events.list({"type": "charge.succeeded"}).data[0].data.object
        assert told["balance_transaction"] is None

    def test_events_tell_the_story_in_order(self, client: stripe.StripeClient) -> None:
        client.v1.payment_intents.create(order(), {"idempotency_key": "first"})

        events = client.v1.events.list().data

        assert [e.type for e in reversed(events)] == [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
        ]
        assert events[0].request is not None
        assert events[0].request.idempotency_key == "first"
        assert events[0].data.object["status"] == "succeeded"

    def test_without_a_card_the_browser_confirms_with_the_publishable_key(
        self, client: stripe.StripeClient, sandbox: SandboxProcess
    ) -> None:
        intent = client.v1.payment_intents.create(order(card=None))
        assert intent.status == "requires_payment_method"
        fields = {"payment_method": "pm_card_visa", "client_secret": intent.client_secret or ""}

        with raw(sandbox, sandbox.publishable_key) as browser:
            path = f"/v1/payment_intents/{intent.id}"
            denied = browser.post(f"{path}/confirm", data=fields | {"client_secret": f"{intent.id}_secret_no"})
            shown = browser.post(f"{path}/confirm", data=fields)
            seen = browser.get(path, params={"client_secret": intent.client_secret})
            listed = browser.get("/v1/payment_intents")

        assert (denied.status_code, denied.json()["error"]["code"]) == (404, "resource_missing")
        assert (shown.status_code, shown.json()["status"]) == (200, "succeeded")
        assert seen.json() == shown.json()
        assert "metadata" not in shown.json()
        assert "latest_charge" not in shown.json()
        assert (listed.status_code, listed.json()["error"]["code"]) == (403, "secret_key_required")
        assert sandbox.effects()["by_payment"] == {"pay_1": 1}

    def test_a_card_typed_into_the_browser_works_too(
        self, client: stripe.StripeClient, sandbox: SandboxProcess
    ) -> None:
        intent = client.v1.payment_intents.create(order(card=None))
        fields = {
            "client_secret": intent.client_secret or "",
            "payment_method_data[type]": "card",
            "payment_method_data[card][number]": "4242 4242 4242 4242",
            "key": sandbox.publishable_key,
        }
        with raw(sandbox) as browser:
            del browser.headers["authorization"]
            answer = browser.post(f"/v1/payment_intents/{intent.id}/confirm", data=fields)

        assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")

    def test_a_declined_payment_can_be_confirmed_with_another_card(self, client: stripe.StripeClient) -> None:
        with pytest.raises(stripe.CardError) as caught:
            client.v1.payment_intents.create(order("pm_card_chargeDeclined"))
        declined = caught.value.error.payment_intent
        assert declined is not None

        intent = client.v1.payment_intents.confirm(declined.id, {"payment_method": "pm_card_mastercard"})

        assert (intent.status, intent.last_payment_error) == ("succeeded", None)

    def test_cancel_ends_it_and_only_once(self, client: stripe.StripeClient) -> None:
        intent = client.v1.payment_intents.create(order(card=None))
        ended = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
        assert (ended.status, ended.cancellation_reason) == ("canceled", "abandoned")
        assert_typed(ended, stripe.PaymentIntent)

        for again in (
            lambda: client.v1.payment_intents.cancel(intent.id),
            lambda: client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}),
        ):
            with pytest.raises(stripe.InvalidRequestError) as caught:
                again()
            assert caught.value.code == "payment_intent_unexpected_state"
            assert caught.value.error.payment_intent.status == "canceled"

    def test_the_balance_is_what_was_charged_less_fees(self, client: stripe.StripeClient) -> None:
        client.v1.payment_intents.create(order())
        client.v1.payment_intents.create(order(currency="eur", amount=1_000))

        pending = {entry.currency: entry.amount for entry in client.v1.balance.retrieve().pending}

        assert pending == {"usd": 12_000 - 378, "eur": 1_000 - 59}


class TestLists:
    def test_pages_give_each_once_the_newest_first_and_back(self, client: stripe.StripeClient) -> None:
        made = [client.v1.payment_intents.create(order(card=None)).id for _ in range(7)]

        page = client.v1.payment_intents.list({"limit": 3})
        assert [i.id for i in page.data] == made[:3:-1]
        assert page.has_more
        walked = [i.id for i in page.auto_paging_iter()]
        before = client.v1.payment_intents.list({"limit": 3, "ending_before": made[0]})

        assert walked == made[::-1]
        assert [i.id for i in before.data] == [made[3], made[2], made[1]]
        assert before.has_more

    def test_filters_narrow_a_list(self, client: stripe.StripeClient) -> None:
        customer = client.v1.customers.create({"name": "alice"})
        mine = client.v1.payment_intents.create(order(customer=customer.id))
        client.v1.payment_intents.create(order(payment="pay_2"))
        v1 = client.v1

        assert [i.id for i in v1.payment_intents.list({"customer": customer.id}).data] == [mine.id]
        assert [c.payment_intent for c in v1.charges.list({"payment_intent": mine.id}).data] == [mine.id]
        assert len(v1.events.list({"types": ["charge.succeeded", "payment_intent.created"]}).data) == 4
        assert len(v1.events.list({"type": "payment_intent.*"}).data) == 4
        assert v1.payment_intents.list({"created": {"gt": mine.created + 60}}).data == []
        assert len(v1.payment_intents.list({"created": {"gte": mine.created - 60, "lt": mine.created + 60}}).data) == 2
        exactly = v1.payment_intents.list({"created": mine.created}).data
        assert mine.id in [i.id for i in exactly]
        expanded = v1.payment_intents.list({"expand": ["data.latest_charge.balance_transaction"]}).data[0]
        assert_typed(v1.payment_intents.retrieve(expanded.id), stripe.PaymentIntent)
        assert expanded.latest_charge.balance_transaction.fee == 378


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "code", "param"),
        [
            ({"payment_method_types[]": "card"}, "parameter_unknown", "payment_method_types"),
            ({"shipping[name]": "alice"}, "parameter_unknown", "shipping"),
            ({"amount": ""}, "parameter_missing", "amount"),
            ({"amount": "12.5"}, "parameter_invalid_integer", "amount"),
            ({"amount": "-1"}, "parameter_invalid_integer", "amount"),
            ({"amount": "49"}, "amount_too_small", "amount"),
            ({"amount": "100000000"}, "amount_too_large", "amount"),
            ({"currency": "xyz"}, None, "currency"),
            ({"currency": "kwd", "amount": "12345"}, "parameter_invalid_integer", "amount"),
            ({"payment_method": "pm_nobody"}, "resource_missing", "payment_method"),
            ({"customer": "cus_nobody"}, "resource_missing", "customer"),
            ({"capture_method": "manual"}, None, "capture_method"),
            ({"expand[]": "nothing"}, None, "expand"),
            ({"automatic_payment_methods[enabled]": "true"}, None, "automatic_payment_methods"),
            ({"automatic_payment_methods[nonsense]": "1"}, "parameter_unknown", "automatic_payment_methods[nonsense]"),
        ],
    )
    def test_a_wrong_parameter_is_named_and_nothing_happens(
        self, sandbox: SandboxProcess, changes: dict[str, str], code: str | None, param: str
    ) -> None:
        with raw(sandbox) as http:
            answer = http.post("/v1/payment_intents", data=form(**changes), headers={"idempotency-key": "k"})

        error = answer.json()["error"]
        assert (answer.status_code, error["type"]) == (400, "invalid_request_error")
        assert (error.get("code"), error["param"]) == (code, param)
        assert answer.headers["request-id"].startswith("req_")
        effects = sandbox.effects()
        assert (effects["charges"], effects["events"], effects["keys"]) == (0, 0, 0)

    def test_methods_that_may_redirect_want_a_return_url(self, sandbox: SandboxProcess) -> None:
        fields = {k: v for k, v in form().items() if not k.startswith("allowed")}
        with raw(sandbox) as http:
            refused = http.post("/v1/payment_intents", data=fields)
            taken = http.post("/v1/payment_intents", data=fields | {"return_url": "https://example.org/back"})

        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "return_url")
        assert taken.json()["status"] == "succeeded"

    @pytest.mark.parametrize("path", ["payment_intents", "charges", "events", "balance_transactions", "customers"])
    def test_what_is_not_there_is_404(self, sandbox: SandboxProcess, path: str) -> None:
        with raw(sandbox) as http:
            answer = http.get(f"/v1/{path}/xx_nobody")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "resource_missing")

    def test_an_unknown_route_is_404_in_stripes_shape(self, sandbox: SandboxProcess) -> None:
        with raw(sandbox) as http:
            answer = http.post("/v1/disputes/dp_1/close")
        assert answer.status_code == 404
        assert answer.json()["error"]["message"] == "Unrecognized request URL (POST: /v1/disputes/dp_1/close)."

    def test_keys_are_checked(self, sandbox: SandboxProcess) -> None:
        with sdk(sandbox, "sk_test_wrong") as wrong, pytest.raises(stripe.AuthenticationError):
            wrong.v1.payment_intents.list()
        with raw(sandbox) as http:
            basic = http.get("/v1/balance", auth=(sandbox.secret_key, ""))
            del http.headers["authorization"]
            nothing = http.get("/v1/balance")
        assert (basic.status_code, nothing.status_code) == (200, 401)

    @pytest.mark.parametrize("body", ["amount", "a[b]=1&a=2&a[c]=3", "a=1&a[b]=2", "&".join(["a=1"] * 2000)])
    def test_no_form_is_no_500(self, sandbox: SandboxProcess, body: str) -> None:
        with raw(sandbox) as http:
            answer = http.post("/v1/payment_intents", content=body)
        assert answer.status_code == 400

    def test_a_body_too_large_is_refused(self, sandbox: SandboxProcess) -> None:
        with raw(sandbox) as http:
            answer = http.post("/v1/payment_intents", content="a=" + "x" * 2_000_000)
        assert answer.status_code == 413
