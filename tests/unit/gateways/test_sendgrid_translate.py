"""SendGrid's events in our words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from domain.announcements.deliveries.ports import DeliveryEvent, News
from domain.platform.inbox.ports import NotOurs
from gateways.sendgrid.translate import translate
from tests.sendgrid_webhooks import event

OURS = {"delivery_id": "dlv_1"}


def told(kind: str, **more: Any) -> DeliveryEvent | NotOurs:
    return translate(json.dumps(event(kind, "e1", **more)))


@pytest.mark.parametrize(
    ("kind", "more", "news"),
    [
        ("delivered", {}, News.DELIVERED),
        ("bounce", {"type": "bounce"}, News.BOUNCED),
        ("bounce", {}, News.BOUNCED),
        ("bounce", {"type": "blocked"}, News.BLOCKED),
        ("dropped", {}, News.DROPPED),
        ("spamreport", {}, News.REPORTED),
        ("unsubscribe", {}, News.UNSUBSCRIBED),
    ],
)
def test_what_it_means(kind: str, more: dict[str, str], news: News) -> None:
    found = told(kind, **OURS, **more)
    assert isinstance(found, DeliveryEvent)
    assert (found.event_id, found.delivery_id, found.news) == ("e1", "dlv_1", news)
    assert found.occurred_at == datetime.fromtimestamp(1_795_435_200, UTC)


def test_why_is_kept_without_addresses() -> None:
    found = told("bounce", **OURS, reason="550 no mailbox alice@example.com here")
    assert isinstance(found, DeliveryEvent)
    assert found.detail == "550 no mailbox <address> here"


@pytest.mark.parametrize(("kind", "more"), [("open", OURS), ("processed", OURS), ("nonsense", OURS), ("delivered", {})])
def test_what_says_nothing_of_a_mail_of_ours(kind: str, more: dict[str, str]) -> None:
    assert isinstance(told(kind, **more), NotOurs)


@pytest.mark.parametrize("payload", ["", "[]", "{}", '{"event": 1, "timestamp": 1}', '{"event": "delivered"}'])
def test_what_cannot_be_read_says_so(payload: str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        translate(payload)
