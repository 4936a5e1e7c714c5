"""Money that leaves the sandbox: refunds, connected accounts, transfers and payouts, through the official SDK."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import stripe

from tests.contract.sandbox_clients import ACCOUNT, assert_typed, order, sdk
from tests.sandbox_process import SandboxProcess
from tests.stack import wait_until
from tests.webhook_receiver import WebhookReceiver

CLOSED = "000111111113"


def charged(client: stripe.StripeClient, card: str = "pm_card_visa") -> Any:
    return client.v1.payment_intents.create(order(card, transfer_group="bkg_1"))


def ready(client: stripe.StripeClient, sandbox: SandboxProcess, bank: str = "000123456789") -> str:
    account = client.v1.accounts.create(ACCOUNT)
    sandbox.control(f"/sandbox/stripe/accounts/{account.id}/onboard", {"bank": bank})
    account_id: str = account.id
    return account_id


def linked(client: stripe.StripeClient, account_id: str) -> Any:
    urls = {"refresh_url": "https://example.org/again", "return_url": "https://example.org/done?a=1"}
    return client.v1.account_links.create({"account": account_id, "type": "account_onboarding", **urls})


def transferred(client: stripe.StripeClient, account_id: str, amount: int = 8_000) -> Any:
    charge = charged(client).latest_charge
    return client.v1.transfers.create(
        {
            "amount": amount,
            "currency": "usd",
            "destination": account_id,
            "source_transaction": charge.id,
            "metadata": {"payout_id": "pyt_1"},
        }
    )


def paid_out(client: stripe.StripeClient, account_id: str, amount: int = 8_000) -> Any:
    return client.v1.payouts.create(
        {"amount": amount, "currency": "usd", "metadata": {"payout_id": "pyt_1"}}, {"stripe_account": account_id}
    )


def until(look: Callable[[], Any], wanted: Any) -> None:
    wait_until(lambda: look() == wanted, str(wanted), 10)


class TestShapes:
    def test_all_of_it_is_as_typed(self, client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
        v1 = client.v1
        refund = v1.refunds.create({"payment_intent": charged(client).id, "amount": 100})
        account_id = ready(client, sandbox)
        link = linked(client, account_id)
        transfer = transferred(client, account_id)
        sandbox.control("/sandbox/stripe/settle")
        payout = paid_out(client, account_id)
        mine = {"stripe_account": account_id}
        shown: list[tuple[Any, type]] = [
            (refund, stripe.Refund),
            (v1.refunds.retrieve(refund.id), stripe.Refund),
            (client.v1.accounts.create(ACCOUNT), stripe.Account),
            (v1.accounts.retrieve(account_id), stripe.Account),
            (link, stripe.AccountLink),
            (transfer, stripe.Transfer),
            (v1.transfers.retrieve(transfer.id), stripe.Transfer),
            (payout, stripe.Payout),
            (v1.payouts.retrieve(payout.id, None, mine), stripe.Payout),
            (v1.balance.retrieve(None, mine), stripe.Balance),
            (v1.balance.retrieve(), stripe.Balance),
            (v1.refunds.list(), stripe.Refund),
            (v1.accounts.list(), stripe.Account),
            (v1.transfers.list(), stripe.Transfer),
            (v1.payouts.list(None, mine), stripe.Payout),
            (v1.balance_transactions.list(), stripe.BalanceTransaction),
            (v1.balance_transactions.list(None, mine), stripe.BalanceTransaction),
            (v1.events.list(), stripe.Event),
            (v1.events.list(None, mine), stripe.Event),
        ]
        for answer, kind in shown:
            assert_typed(answer, kind)


class TestRefunds:
    def test_parts_go_back_until_nothing_is_left(self, client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
        intent = charged(client)
        for amount in (5_000, 7_000):
            refund = client.v1.refunds.create(
                {"payment_intent": intent.id, "amount": amount, "metadata": {"refund_id": f"rfd_{amount}"}}
            )
            assert refund.status == "succeeded"
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
        assert refused.value.code == "charge_already_refunded"
        truth = sandbox.paid_out()
        assert (truth["refunds"], truth["refunded"]) == ({"rfd_5000": 1, "rfd_7000": 1}, 12_000)
        assert truth["balance"] == {"usd": -378}
        assert client.v1.charges.retrieve(intent.latest_charge.id).amount_refunded == 12_000

    def test_too_much_and_too_early(self, client: stripe.StripeClient) -> None:
        unpaid = client.v1.payment_intents.create(order(None))
        for wanted in (
            {"payment_intent": charged(client).id, "amount": 12_001},
            {"payment_intent": unpaid.id},
            {"payment_intent": "pi_nobody"},
            {},
        ):
            with pytest.raises(stripe.InvalidRequestError):
                client.v1.refunds.create(wanted)  # type: ignore[arg-type]  # some are wrong on purpose

    def test_one_that_takes_its_time(self, client: stripe.StripeClient) -> None:
        refund = client.v1.refunds.create({"payment_intent": charged(client, "pm_card_pendingRefund").id})
        assert refund.status == "pending"
        until(lambda: client.v1.refunds.retrieve(refund.id).status, "succeeded")

    def test_one_that_comes_back(self, client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
        refund = client.v1.refunds.create({"payment_intent": charged(client, "pm_card_refundFail").id})
        assert refund.status == "succeeded"
        until(lambda: client.v1.refunds.retrieve(refund.id).status, "failed")
        assert sandbox.paid_out()["balance"] == {"usd": 12_000 - 378}


class TestConnect:
    def test_an_account_becomes_ready_on_the_page_of_its_link(
        self, client: stripe.StripeClient, sandbox: SandboxProcess
    ) -> None:
        account = client.v1.accounts.create(ACCOUNT)
        assert (account.payouts_enabled, account.details_submitted) == (False, False)
        link = linked(client, account.id)
        page = httpx.get(link.url, trust_env=False)
        assert "Complete onboarding" in page.text
        assert page.headers["content-security-policy"] == "frame-ancestors 'none'"
        answer = f"{sandbox.url}/sandbox/stripe/onboarding/{account.id}/answer"
        sent = httpx.post(answer, data={"return_url": "https://example.org/done?a=1"}, trust_env=False)
        assert (sent.status_code, sent.headers["location"]) == (303, "https://example.org/done?a=1")
        found = client.v1.accounts.retrieve(account.id)
        assert (found.payouts_enabled, found.details_submitted) == (True, True)
        sandbox.control(f"/sandbox/stripe/accounts/{account.id}/restrict")
        assert not client.v1.accounts.retrieve(account.id).payouts_enabled

    def test_a_transfer_moves_the_money_of_its_charge_and_no_more(
        self, client: stripe.StripeClient, sandbox: SandboxProcess
    ) -> None:
        account_id = ready(client, sandbox)
        transfer = transferred(client, account_id)
        assert transfer.transfer_group == "bkg_1"
        truth = sandbox.paid_out()
        assert truth["balance"] == {"usd": 12_000 - 378 - 8_000}
        assert truth["connected"] == {account_id: {"usd": 8_000}}
        assert (truth["transfers"], truth["transferred"]) == ({"pyt_1": 1}, 8_000)
        with pytest.raises(stripe.InvalidRequestError, match="exceed"):
            client.v1.transfers.create(
                {
                    "amount": 4_001,
                    "currency": "usd",
                    "destination": account_id,
                    "source_transaction": str(transfer.source_transaction),
                }
            )

    def test_a_transfer_to_who_is_not_ready_is_refused(self, client: stripe.StripeClient) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            transferred(client, client.v1.accounts.create(ACCOUNT).id)
        assert refused.value.code == "insufficient_capabilities_for_transfer"

    def test_a_transfer_without_a_source_needs_available_money(
        self, client: stripe.StripeClient, sandbox: SandboxProcess
    ) -> None:
        account_id = ready(client, sandbox)
        charged(client)
        wanted: Any = {"amount": 100, "currency": "usd", "destination": account_id}
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.transfers.create(wanted)
        assert refused.value.code == "balance_insufficient"
        sandbox.control("/sandbox/stripe/settle")
        assert client.v1.transfers.create(wanted).amount == 100

    def test_a_payout_waits_for_the_money_and_then_arrives(
        self, client: stripe.StripeClient, sandbox: SandboxProcess
    ) -> None:
        account_id = ready(client, sandbox)
        transferred(client, account_id)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            paid_out(client, account_id)
        assert refused.value.code == "balance_insufficient"
        sandbox.control("/sandbox/stripe/settle")
        payout = paid_out(client, account_id)
        assert payout.status == "pending"
        mine = {"stripe_account": account_id}
        until(lambda: client.v1.payouts.retrieve(payout.id, None, mine).status, "paid")  # type: ignore[arg-type]  # a dict
        truth = sandbox.paid_out()
        assert (truth["payouts"], truth["payouts_paid"], truth["paid"]) == ({"pyt_1": 1}, {"pyt_1": 8_000}, 8_000)
        assert truth["connected"] == {account_id: {"usd": 0}}
        sandbox.control(f"/sandbox/stripe/payouts/{payout.id}", {"failure_code": "account_closed"})
        truth = sandbox.paid_out()
        assert (truth["payouts_paid"], truth["connected"]) == ({}, {account_id: {"usd": 8_000}})

    def test_a_bank_that_takes_nothing(self, client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
        account_id = ready(client, sandbox, CLOSED)
        transferred(client, account_id)
        sandbox.control("/sandbox/stripe/settle")
        payout = paid_out(client, account_id)
        mine: Any = {"stripe_account": account_id}
        until(lambda: client.v1.payouts.retrieve(payout.id, None, mine).status, "failed")
        assert client.v1.payouts.retrieve(payout.id, None, mine).failure_code == "account_closed"
        assert sandbox.paid_out()["connected"] == {account_id: {"usd": 8_000}}

    def test_each_account_sees_its_own(self, client: stripe.StripeClient, sandbox: SandboxProcess) -> None:
        one, two = ready(client, sandbox), ready(client, sandbox)
        transferred(client, one)
        sandbox.control("/sandbox/stripe/settle")
        payout = paid_out(client, one)
        theirs: Any = {"stripe_account": two}
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payouts.retrieve(payout.id, None, theirs)
        assert client.v1.payouts.list(None, theirs).data == []
        with pytest.raises(stripe.PermissionError):
            client.v1.payouts.list(None, {"stripe_account": "acct_nobody"})
        with pytest.raises(stripe.InvalidRequestError, match="pays out connected accounts only"):
            client.v1.payouts.create({"amount": 1, "currency": "usd"})


def test_events_of_connected_accounts_go_to_an_endpoint_with_its_own_secret(tmp_path: Path) -> None:
    with (
        WebhookReceiver() as platform,
        WebhookReceiver() as connect,
        SandboxProcess(tmp_path, webhook_url=platform.url, connect_webhook_url=connect.url) as sandbox,
        sdk(sandbox) as client,
    ):
        account_id = ready(client, sandbox)
        transferred(client, account_id)
        sandbox.control("/sandbox/stripe/settle")
        paid_out(client, account_id)
        heard: dict[str, set[str | None]] = {}
        while len(heard) < 4:  # in any order: deliveries overtake each other
            signature, body = connect.next()
            event = stripe.Webhook.construct_event(body, signature, sandbox.connect_webhook_secret)  # type: ignore[no-untyped-call]  # the SDK has no types here
            heard.setdefault(event.type, set()).add(event.account)
            with pytest.raises(stripe.SignatureVerificationError):
                stripe.Webhook.construct_event(body, signature, sandbox.webhook_secret)  # type: ignore[no-untyped-call]  # the SDK has no types here
        assert heard == {
            kind: {account_id} for kind in ("account.updated", "payout.created", "payout.updated", "payout.paid")
        }
        told = set()
        while len(told) < 4:
            _, body = platform.next()
            told.add(msgspec.json.decode(body)["type"])
        assert told == {"payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "transfer.created"}


def test_what_was_under_way_goes_on_after_a_kill(tmp_path: Path) -> None:
    with SandboxProcess(tmp_path) as sandbox, sdk(sandbox) as client:
        account_id = ready(client, sandbox)
        transferred(client, account_id)
        sandbox.control("/sandbox/stripe/settle")
        payout = paid_out(client, account_id)
        sandbox.kill()
        sandbox.start()
        mine: Any = {"stripe_account": account_id}
        until(lambda: client.v1.payouts.retrieve(payout.id, None, mine).status, "paid")
