"""An e-mail of each event: once, to whom it belongs, safely, and not for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.announcements.channels import EMAIL
from domain.announcements.deliveries.ports import DeliveryEvent, News
from domain.announcements.deliveries.read import why_suppressed
from domain.announcements.deliveries.record import prune, record_event
from domain.announcements.deliveries.tables import delivery
from domain.announcements.emails.ports import Mail
from domain.bookings.tables import booking
from domain.identity.accounts.tables import account
from domain.identity.links.make import make
from domain.identity.links.states import Purpose
from domain.identity.links.use import use
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.notifications.read import page
from domain.platform.outbox.tables import attempt, outbox
from gateways.testing import FakeCards, FakeMails, Fault
from runtime.database import Database
from runtime.links import Links
from runtime.settings import load
from tasks.execution import Engine
from tasks.maintenance import DELIVERIES_KEPT
from tests import story
from tests.clock import Clock
from tests.engines import engine
from tests.story import Story, cause_of
from tests.work_off import work_off

SECRET = "k" * 32
SETTINGS = load({"JWT_SECRET_KEY": SECRET, "APP_URL": "https://app.example/", "DELIVERY_DOUBT_MS": "600000"})


@dataclass(frozen=True)
class Post:
    """Alice has hired Bob; ``mails`` took what was written to them."""

    database: Database
    clock: Clock
    engine: Engine
    mails: FakeMails
    story: Story

    def work(self, **later: float) -> None:
        work_off(self.engine, **later)

    def tell(self, account_id: str, kind: Kind, subject_id: str, occasion: str = "") -> None:
        self.database.write(
            lambda c: notify(c, cause_of(self.clock, "system"), account_id, kind, subject_id, occasion=occasion)
        )

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails.taken if mail.to == address]

    def statuses(self) -> list[str]:
        rows = self.database.read(lambda c: c.run(select(delivery.c.status).order_by(delivery.c.id)).all())
        return [row[0] for row in rows]

    def rename(self, account_id: str, **values: Any) -> None:
        """Straight into the table: these are names that no form would take."""
        changed = update(account).where(account.c.id == account_id).values(**values)
        self.database.write(lambda c: c.run(changed))

    def rows(self, table: Any) -> list[tuple[Any, ...]]:
        return self.database.read(lambda c: c.run(select(table)).all())

    def undone(self) -> list[str]:
        """Of what is due."""
        due = select(outbox.c.status).where(outbox.c.run_at <= self.clock())
        statuses = self.database.read(lambda c: c.run(due).all())
        return [row[0] for row in statuses if row[0] != "done"]


@pytest.fixture
def post(database: Database) -> Iterator[Post]:
    clock, mails = Clock(), FakeMails()
    with engine(database, clock, FakeCards(clock), mails=mails, settings=SETTINGS) as ours:
        yield Post(database, clock, ours, mails, story.hired(database, clock))


def test_both_sides_are_written_to_in_text_and_html(post: Post) -> None:
    post.work()
    (received,), (hired,) = post.to(post.story.alice.email), post.to(post.story.bob.email)
    assert received.subject == "Bob applied: Fix a tap"
    assert hired.subject == "You are hired: Fix a tap"
    address = f"https://app.example/bookings/{post.story.booking.id}"
    assert hired.text.startswith("Hello Bob,\n\nAlice hired you for “Fix a tap”. You earn 81.00 USD.")
    assert f"\n{address}\n" in hired.text
    assert f'href="{address}"' in hired.html
    assert post.statuses() == ["accepted", "accepted"]
    assert post.undone() == []


def test_a_reminder_says_when(post: Post) -> None:
    post.work()
    begins = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    changed = update(booking).where(booking.c.id == post.story.booking.id).values(starts_at=begins)
    post.database.write(lambda c: c.run(changed))
    post.tell(post.story.alice.id, Kind.BOOKING_REMINDER, post.story.booking.id)
    post.work()
    assert "“Fix a tap” with Bob begins Wed 25 Nov 2026, 08:30 (UTC)." in post.mails.taken[-1].text


def test_a_repeat_of_any_step_writes_no_second_mail(post: Post) -> None:
    for _ in range(3):
        post.tell(post.story.bob.id, Kind.BOOKING_HIRED, post.story.booking.id)
        post.work()
    assert len(post.to(post.story.bob.email)) == 1
    post.tell(post.story.bob.id, Kind.BOOKING_HIRED, post.story.booking.id, occasion="again")
    post.work()
    assert len(post.to(post.story.bob.email)) == 2


def test_a_subject_is_one_line_whatever_people_call_themselves_and_their_jobs(post: Post) -> None:
    evil = "Eve\r\nBcc: all@example.com\u2028\u0085X-Evil: 1\u202e<b>&#13;&#10;, " + "x" * 10_000
    post.rename(post.story.alice.id, name=evil[:100])
    post.rename(post.story.bob.id, name="Bob\r\n\r\nClick http://evil.example")
    post.work()
    (hired,) = post.to(post.story.bob.email)
    (received,) = post.to(post.story.alice.email)
    for mail in (hired, received):
        assert len(mail.subject.splitlines()) == 1
        assert len(mail.subject) <= 150
        assert not re.search(r"[\x00-\x1f\x7f\u0085\u2028\u2029\u202e]", mail.subject)
    assert "Eve Bcc: all@example.com X-Evil: 1 <b>&#13;&#10;, xxx" in hired.text
    assert "<b>" not in hired.html
    assert received.subject == "Bob Click http://evil.example applied: Fix a tap"


@pytest.mark.parametrize("fault", [Fault.UNREACHABLE, Fault.RATE_LIMITED])
def test_what_never_left_is_sent_later_once(post: Post, fault: Fault) -> None:
    post.mails.fail_next(fault, fault)
    post.work()
    post.work(minutes=1)
    assert [len(post.to(a)) for a in (post.story.alice.email, post.story.bob.email)] == [1, 1]
    assert post.statuses() == ["accepted", "accepted"]


def hire_alone(post: Post, fault: Fault) -> None:
    """Only Bob's mail is under way, and goes wrong."""
    post.work()
    post.mails.taken.clear()
    post.mails.fail_next(fault)
    post.tell(post.story.bob.id, Kind.BOOKING_REMINDER, post.story.booking.id)
    post.work()
    post.work(seconds=5)


@pytest.mark.parametrize(("fault", "went"), [(Fault.LOST_BEFORE, 0), (Fault.LOST_AFTER, 1)])
def test_what_may_have_gone_waits_ten_minutes_for_news_and_then_goes_again(post: Post, fault: Fault, went: int) -> None:
    hire_alone(post, fault)
    assert len(post.mails.taken) == went
    assert post.statuses()[-1] == "submitting"
    post.work(minutes=9)
    assert len(post.mails.taken) == went
    post.work(minutes=1)
    assert len(post.mails.taken) == went + 1
    assert post.statuses()[-1] == "accepted"
    assert post.undone() == []


def test_a_second_doubt_waits_as_long_as_the_first(post: Post) -> None:
    hire_alone(post, Fault.LOST_BEFORE)
    post.mails.fail_next(Fault.LOST_BEFORE)
    post.work(minutes=10)
    post.work(minutes=9)
    assert post.mails.taken == []
    post.work(minutes=2)
    assert len(post.mails.taken) == 1


def test_a_worker_that_died_in_the_middle_is_a_doubt_too(post: Post) -> None:
    post.work()
    post.tell(post.story.bob.id, Kind.BOOKING_REMINDER, post.story.booking.id)

    class Died(BaseException):
        """As good as kill -9: nothing of ours catches it."""

    before = len(post.mails.taken)
    sending = post.mails.send

    async def die(mail: Mail, deadline: timedelta) -> Any:
        await sending(mail, deadline)
        raise Died

    post.mails.send = die  # type: ignore[method-assign]  # the fake dies once
    with pytest.raises(Died):
        post.work()
    post.mails.send = sending  # type: ignore[method-assign]  # the fake dies once
    taken_back(post)
    post.work()
    assert len(post.mails.taken) == before + 1
    assert post.statuses()[-1] == "submitting"
    post.work(minutes=11)
    assert (len(post.mails.taken), post.statuses()[-1]) == (before + 2, "accepted")


def taken_back(post: Post) -> None:
    """What the relay does with a row whose lease ran out."""
    post.clock.forward(seconds=20)
    changed = update(outbox).where(outbox.c.status == "running").values(status="pending", lease_until=None)
    post.database.write(lambda c: c.run(changed))


def test_an_address_that_cannot_be_one_ends_and_is_no_dead_letter(post: Post) -> None:
    post.rename(post.story.bob.id, email="nobody")
    post.work()
    assert post.statuses() == ["accepted", "refused"]
    assert post.undone() == []


def test_who_left_is_not_written_to(post: Post) -> None:
    post.rename(post.story.bob.id, status="deactivated")
    post.work()
    assert post.to(post.story.bob.email) == []
    assert "obsolete" in post.statuses()
    assert post.undone() == []


def test_a_hundred_go_in_batches_once_each(post: Post) -> None:
    for n in range(100):
        post.tell(post.story.bob.id, Kind.BOOKING_REMINDER, post.story.booking.id, occasion=str(n))
    post.mails.fail_next(*[Fault.UNREACHABLE] * 10)
    for _ in range(3):
        post.work()
        post.clock.forward(minutes=1)
    ids = [mail.delivery_id for mail in post.mails.taken]
    assert len(ids) == len(set(ids)) == 102


def link_to(post: Post, purpose: Purpose, kind: Kind) -> str:
    def unit(connection: Any) -> str:
        cause = cause_of(post.clock, "system")
        made = make(connection, cause, post.story.alice.id, purpose)
        notify(connection, cause, post.story.alice.id, kind, made)
        return made

    return post.database.write(unit)


def test_a_one_time_link_is_signed_when_it_is_sent_and_its_secret_is_nowhere_else(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.work()
    link_id = link_to(post, Purpose.RESET_PASSWORD, Kind.ACCOUNT_RESET_PASSWORD)
    post.work()
    mail = post.mails.taken[-1]
    (token,) = re.findall(r"https://app\.example/reset-password\?token=(\S+)", mail.text)
    assert Links(SECRET).open("reset_password", token) == link_id
    assert mail.text.startswith("Hello,\n")
    secret = token.partition(".")[2]
    kept = repr([post.rows(table) for table in (outbox, attempt, delivery)])
    assert link_id in kept
    assert secret not in kept
    assert secret not in caplog.text
    assert mail.to not in caplog.text


def test_a_link_that_was_used_or_is_too_old_is_not_sent(post: Post) -> None:
    post.work()
    before = len(post.mails.taken)
    used = link_to(post, Purpose.VERIFY_EMAIL, Kind.ACCOUNT_VERIFY_EMAIL)
    post.database.write(lambda c: use(c, cause_of(post.clock, "system"), used, Purpose.VERIFY_EMAIL))
    post.work()
    link_to(post, Purpose.RESET_PASSWORD, Kind.ACCOUNT_RESET_PASSWORD)
    post.work(hours=2)
    assert len(post.mails.taken) == before
    assert post.undone() == []


def test_what_is_only_mailed_is_not_under_the_bell(post: Post) -> None:
    link_to(post, Purpose.VERIFY_EMAIL, Kind.ACCOUNT_VERIFY_EMAIL)
    post.work()
    bell = post.database.read(lambda c: page(c, post.story.alice.id, before=None, most=10))
    assert [one.kind for one in bell] == ["application.received"]
    assert len(post.to(post.story.alice.email)) == 2


def test_old_mails_are_forgotten_and_what_they_taught_is_not(post: Post) -> None:
    post.work()
    event_id = post.database.read(
        lambda c: c.run(select(delivery.c.id).where(delivery.c.kind == "booking.hired")).scalar()
    )
    event = DeliveryEvent(event_id="e1", occurred_at=post.clock(), delivery_id=event_id, news=News.BOUNCED)
    post.database.write(lambda c: record_event(c, cause_of(post.clock, "sendgrid"), event))
    post.clock.forward(days=89)
    assert post.database.write(lambda c: prune(c, before=post.clock() - DELIVERIES_KEPT)) == 0
    post.clock.forward(days=2)
    assert post.database.write(lambda c: prune(c, before=post.clock() - DELIVERIES_KEPT)) == 2
    assert post.database.write(lambda c: record_event(c, cause_of(post.clock, "sendgrid"), event)) is None
    assert post.database.read(lambda c: why_suppressed(c, EMAIL.name, post.story.bob.email)) == "bounced"
