"""SendGrid's events over HTTP: believed only when signed, taken once, and what they teach of addresses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.announcements.deliveries.tables import delivery, suppression
from domain.identity.accounts.tables import account
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.platform.inbox.tables import inbox
from gateways.testing import FakeMails, Fault
from tests.integration.web.conftest import Site
from tests.people import Person, applied, posted
from tests.problems import assert_problem
from tests.sendgrid_webhooks import STRANGERS_KEY, batch, event, headers

PATH = "/webhooks/sendgrid"


@dataclass(frozen=True)
class Mailed:
    """Alice was written to of an application; ``delivery_id`` is that e-mail."""

    site: Site
    alice: Person
    job_id: str
    mails: FakeMails = field(default_factory=FakeMails)

    async def work(self, **later: float) -> None:
        await self.site.work_off(self.mails, **later)

    def emails(self) -> list[tuple[Any, ...]]:
        wanted = select(delivery.c.id, delivery.c.status, delivery.c.detail).where(
            delivery.c.kind == "application.received"
        )
        return self.site.database.read(lambda c: c.run(wanted).all())

    @property
    def delivery_id(self) -> str:
        return str(self.emails()[0][0])

    def status(self) -> str:
        return str(self.emails()[0][1])

    async def tell(self, *events: dict[str, Any]) -> Any:
        body = batch(*({"delivery_id": self.delivery_id, **one} for one in events))
        answer = await self.site.http.post(PATH, content=body, headers=headers(body, self.site.clock()))
        assert answer.status_code == 200, answer.text
        await self.work()
        return answer.json()

    async def remind(self) -> int:
        """Write to her of something else; how many mails she had of it."""
        before = len(self.mails.taken)
        cause = self.site.services.cause("system", "cor_1")
        self.site.database.write(
            lambda c: notify(c, cause, self.alice.id, Kind.JOB_EXPIRED, self.job_id, occasion=cause.new_id("occ"))
        )
        await self.work()
        return len(self.mails.taken) - before

    def outcomes(self) -> list[str]:
        return [row[0] for row in self.site.database.read(lambda c: c.run(select(inbox.c.outcome)).all())]

    def suppressed(self) -> list[tuple[Any, ...]]:
        wanted = select(suppression.c.address, suppression.c.account_id, suppression.c.reason)
        return self.site.database.read(lambda c: c.run(wanted).all())


@pytest.fixture
async def mailed(site: Site) -> Mailed:
    alice, bob = await site.people.alice(), await site.people.bob()
    job = await posted(alice)
    await applied(bob, job["id"])
    made = Mailed(site, alice, job["id"])
    await made.work()
    return made


async def test_a_delivery_is_noted_once_however_often_it_is_told(mailed: Mailed) -> None:
    assert mailed.status() == "accepted"
    delivered = event("delivered", "e1")
    assert await mailed.tell(delivered, delivered) == {"received": 2, "new": 1}
    assert await mailed.tell(delivered, event("delivered", "e2")) == {"received": 2, "new": 1}
    assert mailed.status() == "delivered"
    assert sorted(mailed.outcomes()) == ["applied", "repeated"]
    assert mailed.suppressed() == []


@pytest.mark.parametrize(
    ("kind", "more", "status", "reason"),
    [
        ("bounce", {"type": "bounce"}, "bounced", "bounced"),
        ("dropped", {}, "dropped", "dropped"),
        ("spamreport", {}, "accepted", "reported"),
        ("unsubscribe", {}, "accepted", "unsubscribed"),
    ],
)
async def test_an_address_that_does_not_want_our_mail_gets_no_more_until_it_is_changed(
    mailed: Mailed, kind: str, more: dict[str, str], status: str, reason: str
) -> None:
    await mailed.tell(event(kind, "e1", reason="550 no mallory@example.com here", **more))
    assert mailed.status() == status
    # The address is that to which we wrote, not that which the event names.
    assert mailed.suppressed() == [(mailed.alice.email, mailed.alice.id, reason)]
    assert await mailed.remind() == 0
    change = email_of(mailed.alice.id)
    mailed.site.database.write(lambda c: c.run(change))
    assert await mailed.remind() == 1


def email_of(account_id: str) -> Any:
    return update(account).where(account.c.id == account_id).values(email="alice.new@example.com")


async def test_a_mail_that_was_turned_away_says_nothing_of_the_next(mailed: Mailed) -> None:
    await mailed.tell(event("bounce", "e1", type="blocked", reason="452 mailbox of alice@example.com full"))
    assert mailed.emails()[0][1:] == ("bounced", "452 mailbox of <address> full")
    assert await mailed.remind() == 1


async def test_events_out_of_order_end_the_same(mailed: Mailed) -> None:
    await mailed.tell(event("bounce", "e1"), event("delivered", "e2"))
    assert mailed.status() == "bounced"
    assert len(mailed.suppressed()) == 1


async def test_news_of_a_mail_that_may_have_gone_ends_the_wait(mailed: Mailed) -> None:
    bob = await mailed.site.people.bob()
    await mailed.work()
    mailed.mails.fail_next(Fault.LOST_AFTER)
    await applied(bob, mailed.job_id)
    await mailed.work()
    await mailed.work(seconds=5)
    waiting = next(row[0] for row in mailed.emails() if row[1] == "submitting")
    sent = len(mailed.mails.taken)
    await mailed.tell(event("delivered", "e1", delivery_id=waiting))
    await mailed.work(minutes=11)
    assert len(mailed.mails.taken) == sent
    assert {row[1] for row in mailed.emails()} == {"accepted", "delivered"}


async def test_what_is_not_ours_is_ignored(mailed: Mailed) -> None:
    answer = await mailed.tell(
        event("delivered", "e1", delivery_id="dlv_of_somebody_else"),
        event("open", "e2"),
        event("delivered", "e3", delivery_id=None),
    )
    assert answer == {"received": 3, "new": 3}
    assert mailed.outcomes() == ["ignored"] * 3
    assert mailed.status() == "accepted"


async def test_nothing_unsigned_old_or_forged_is_believed(mailed: Mailed) -> None:
    site, body = mailed.site, batch(event("bounce", "e1", delivery_id=mailed.delivery_id))
    now = site.clock()
    for sent, code in [
        ({}, "missing_signature"),
        (headers(body, now, STRANGERS_KEY), "wrong_signature"),
        (headers(body + b" ", now), "wrong_signature"),
        (headers(body, now - timedelta(seconds=301)), "signature_too_old"),
        (headers(body, now + timedelta(seconds=301)), "signature_in_future"),
    ]:
        assert_problem(await site.http.post(PATH, content=body, headers=sent), 400, code)
    await mailed.work()
    assert (mailed.status(), mailed.outcomes(), mailed.suppressed()) == ("accepted", [], [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[1]",
        b"[{}]",
        b'[{"event": "delivered"}]',
        b'[{"event": "delivered", "sg_event_id": ""}]',
        b'[{"event": "delivered", "sg_event_id": "a b"}]',
        b'[{"event": "delivered", "sg_event_id": "' + b"x" * 121 + b'"}]',
        b'[{"event": "delivered", "sg_event_id": "e1"}, 7]',
        b'[{"event": "\xff", "sg_event_id": "e1"}]',
        b"[" * 100_000,
    ],
)
async def test_what_is_signed_and_no_list_of_events_is_refused_whole(sqlite_site: Site, body: bytes) -> None:
    answer = await sqlite_site.http.post(PATH, content=body, headers=headers(body, sqlite_site.clock()))
    assert_problem(answer, 400, "event_malformed")
    assert sqlite_site.database.read(lambda c: c.run(select(inbox.c.event_id)).all()) == []


async def test_five_hundred_events_come_in_one_batch_and_a_race_takes_each_once(site: Site) -> None:
    body = batch(*(event("open", f"e{n}") for n in range(500)))
    sent = headers(body, site.clock())
    answers = await asyncio.gather(*(site.http.post(PATH, content=body, headers=sent) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sum(answer.json()["new"] for answer in answers) == 500
