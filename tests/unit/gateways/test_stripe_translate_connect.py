"""What the events of connected accounts mean to us."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from domain.payouts.accounts.ports import PayoutAccountEvent
from domain.payouts.ports import PayoutEvent, PayoutFailed, PayoutOutcome, PayoutPaid, PayoutSent
from domain.platform.inbox.ports import NotOurs
from gateways.stripe.connect_objects import Account, Requirements, status_of
from gateways.stripe.translate import translate
from gateways.stripe.translate_connect import CONNECT_TRANSLATORS
from tests.unit.gateways.stripe_bodies import NOW, event

ACCOUNT = {"id": "acct_1", "object": "account", "metadata": {"payout_account_id": "pac_1"}}
TAGS = {"payout_id": "pyt_1", "booking_id": "bkg_1", "generation": "3"}


def payout(status: str, **changes: Any) -> dict[str, Any]:
    return {"id": "po_1", "object": "payout", "status": status, "amount": 8_100, "metadata": TAGS, **changes}


MEANINGS: list[tuple[str, dict[str, Any], PayoutOutcome]] = [
    ("payout.created", payout("pending"), PayoutSent(provider_id="po_1")),
    ("payout.updated", payout("in_transit"), PayoutSent(provider_id="po_1")),
    ("payout.paid", payout("paid"), PayoutPaid(provider_id="po_1")),
    (
        "payout.failed",
        payout("failed", failure_code="account_closed", failure_message="Closed."),
        PayoutFailed(provider_id="po_1", code="account_closed", message="Closed."),
    ),
    (
        "payout.canceled",
        payout("canceled"),
        PayoutFailed(provider_id="po_1", code="canceled", message="The bank did not take the payout."),
    ),
]


@pytest.mark.parametrize(("kind", "what", "meaning"), MEANINGS)
def test_an_event_says_what_became_of_the_payout(kind: str, what: dict[str, Any], meaning: PayoutOutcome) -> None:
    assert translate(event(kind, what, account="acct_1")) == PayoutEvent(
        event_id="evt_1",
        occurred_at=NOW,
        payout_id="pyt_1",
        destination="acct_1",
        generation=3,
        outcome=meaning,
    )


def test_an_account_s_event_says_only_whose_it_is() -> None:
    found = translate(event("account.updated", ACCOUNT, account="acct_1"))
    assert found == PayoutAccountEvent(event_id="evt_1", occurred_at=NOW, payout_account_id="pac_1")


def test_every_type_that_we_follow_is_among_them() -> None:
    assert {kind for kind, *_ in MEANINGS} | {"account.updated"} == set(CONNECT_TRANSLATORS)


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("account.updated", {**ACCOUNT, "metadata": {}}),
        ("payout.paid", payout("paid", metadata={})),
        ("payout.paid", payout("paid", metadata={"payout_id": "pyt_1"})),
        ("payout.paid", payout("paid", metadata={**TAGS, "generation": "-1"})),
        ("payout.paid", payout("paid", metadata={**TAGS, "generation": "x"})),
    ],
)
def test_what_is_not_ours_says_why(kind: str, what: dict[str, Any]) -> None:
    found = translate(event(kind, what))
    assert isinstance(found, NotOurs)
    assert "metadata" in found.reason


def test_a_payout_of_ours_that_cannot_be_read_is_never_dropped() -> None:
    for what in (payout("a_status_of_2030"), {"metadata": TAGS}):
        with pytest.raises(msgspec.ValidationError):
            translate(event("payout.paid", what, account="acct_1"))


@pytest.mark.parametrize(
    ("enabled", "transfers", "reason", "ready", "refused"),
    [
        (True, "active", None, True, False),
        (True, "inactive", None, False, False),
        (False, "active", "requirements.past_due", False, False),
        (False, "inactive", "rejected.fraud", False, True),
    ],
)
def test_an_account_is_ready_when_money_can_go_in_and_out(
    enabled: bool, transfers: str, reason: str | None, ready: bool, refused: bool
) -> None:
    found = status_of(
        Account(
            id="acct_1",
            payouts_enabled=enabled,
            capabilities={"transfers": transfers},
            requirements=Requirements(currently_due=["x"] * 50, disabled_reason=reason),
        )
    )
    assert (found.is_ready, found.is_refused, len(found.requirements)) == (ready, refused, 20)
