"""A second channel beside e-mail: nothing of a delivery is tied to the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import ClassVar

import msgspec
import pytest
from sqlalchemy import select, update

from domain.announcements.catalogue import CATALOGUE
from domain.announcements.channels import EMAIL
from domain.announcements.deliver import deliver
from domain.announcements.deliveries.channel import Channel
from domain.announcements.deliveries.ports import DeliveryEvent, News, Sent
from domain.announcements.deliveries.record import record_event
from domain.announcements.deliveries.tables import delivery, suppression
from domain.announcements.deliveries.work import Send
from domain.announcements.prepare import DeliveryOrder
from domain.identity.accounts.tables import account
from domain.notifications.kinds import Kind
from domain.notifications.work import Deliver
from domain.platform.outbox.tables import outbox
from gateways.testing import FakeCards, FakeMails, Fault
from gateways.testing.faults import DONE, Faults, in_doubt
from runtime.database import Database
from runtime.settings import Settings
from tasks.deliveries import delivery_task
from tasks.execution import Engine
from tasks.retry import MAIL
from tests import story
from tests.clock import Clock
from tests.engines import engine
from tests.story import Story, cause_of
from tests.work_off import work_off


class SendPigeon(Send, frozen=True, kw_only=True):
    task: ClassVar[str] = "tests.pigeon"
    queue: ClassVar[str] = "notifications"


class Note(msgspec.Struct, frozen=True):
    delivery_id: str
    loft: str
    words: str


PIGEON = Channel(
    "pigeon",
    lambda delivery_id: SendPigeon(delivery_id=delivery_id),
    lambda reader: None if reader.name == "Nobody" else f"the loft of {reader.name}",
)
BY_BOTH = {Kind.BOOKING_HIRED: msgspec.structs.replace(CATALOGUE[Kind.BOOKING_HIRED], channels=(EMAIL, PIGEON))}


def note(order: DeliveryOrder, _settings: Settings) -> Note:
    return Note(order.delivery_id, order.to, order.notice.body)


delivery_task(PIGEON, SendPigeon, note, retry=MAIL)


class Pigeons(Faults):
    """``flown``: a note for each flight."""

    def __init__(self) -> None:
        super().__init__()
        self.flown: list[Note] = []

    async def send(self, message: Note, deadline: timedelta) -> Sent:
        fault = await self.meet()
        if fault is None or fault in DONE:
            self.flown.append(message)
        if fault is not None:
            raise in_doubt(f"{fault.value}, {deadline.total_seconds():g} s")
        return Sent(None)

    async def close(self) -> None:
        """Pigeons find home alone."""


class Loft:
    """Bob is notified of his hire, by e-mail and by pigeon, as often as ``announce`` is called."""

    def __init__(self, database: Database, clock: Clock, told: Story) -> None:
        self.database = database
        self.clock = clock
        self.story = told
        self.mails = FakeMails()
        self.pigeons = Pigeons()

    def announce(self, occasion: str) -> None:
        work = Deliver(
            account_id=self.story.bob.id,
            kind=Kind.BOOKING_HIRED.value,
            subject_id=self.story.booking.id,
            occasion=occasion,
        )
        assert self.database.write(lambda c: deliver(c, cause_of(self.clock, "system"), work, BY_BOTH))

    def statuses(self, occasion: str) -> Mapping[str, str]:
        wanted = select(delivery.c.channel, delivery.c.status).where(delivery.c.occasion == occasion)
        return dict(self.database.read(lambda c: c.run(wanted).all()))

    def hear(self, note: Note, news: News) -> bool | None:
        event = DeliveryEvent(event_id="e1", occurred_at=self.clock(), delivery_id=note.delivery_id, news=news)
        return self.database.write(lambda c: record_event(c, cause_of(self.clock, "pigeon"), event))

    def mails_to_bob(self) -> int:
        return sum(mail.to == self.story.bob.email for mail in self.mails.taken)


@pytest.fixture
def loft(database: Database) -> Loft:
    clock = Clock()
    return Loft(database, clock, story.hired(database, clock))


@pytest.fixture
def worker(loft: Loft) -> Iterator[Engine]:
    carriers = {PIGEON.name: loft.pigeons}
    with engine(loft.database, loft.clock, FakeCards(loft.clock), mails=loft.mails, more_carriers=carriers) as ours:
        work_off(ours)  # what the story itself tells, by e-mail
        loft.mails.taken.clear()
        yield ours


def test_an_event_goes_once_by_each_channel_of_its_kind(loft: Loft, worker: Engine) -> None:
    for _ in range(3):
        loft.announce("twice over")
        work_off(worker)
    (flown,) = loft.pigeons.flown
    assert (flown.loft, "hired you for “Fix a tap”" in flown.words) == ("the loft of Bob", True)
    assert loft.mails_to_bob() == 1
    assert loft.statuses("twice over") == {"email": "accepted", "pigeon": "accepted"}


def test_a_doubt_about_one_channel_holds_up_no_other(loft: Loft, worker: Engine) -> None:
    loft.pigeons.fail_next(Fault.LOST_AFTER)
    loft.announce("a hawk")
    work_off(worker)
    work_off(worker, seconds=5)
    assert loft.statuses("a hawk") == {"email": "accepted", "pigeon": "submitting"}
    work_off(worker, minutes=11)
    assert loft.statuses("a hawk") == {"email": "accepted", "pigeon": "accepted"}
    assert (loft.mails_to_bob(), len(loft.pigeons.flown)) == (1, 2)


def test_an_address_is_closed_for_its_own_channel_only(loft: Loft, worker: Engine) -> None:
    loft.announce("first")
    work_off(worker)
    assert loft.hear(loft.pigeons.flown[0], News.BOUNCED) is True
    assert loft.hear(loft.pigeons.flown[0], News.BOUNCED) is False
    loft.announce("second")
    work_off(worker)
    assert loft.statuses("first") == {"email": "accepted", "pigeon": "bounced"}
    assert loft.statuses("second") == {"email": "accepted", "pigeon": "suppressed"}
    closed = loft.database.read(lambda c: c.run(select(suppression.c.channel, suppression.c.address)).all())
    assert closed == [("pigeon", "the loft of Bob")]
    assert (loft.mails_to_bob(), len(loft.pigeons.flown)) == (2, 1)


def test_a_person_without_an_address_there_is_reached_by_the_others(loft: Loft, worker: Engine) -> None:
    renamed = update(account).where(account.c.id == loft.story.bob.id).values(name="Nobody")
    loft.database.write(lambda c: c.run(renamed))
    loft.announce("no loft")
    work_off(worker)
    assert loft.statuses("no loft") == {"email": "accepted", "pigeon": "obsolete"}


def test_a_delivery_waits_for_a_process_that_has_its_carrier(loft: Loft) -> None:
    with engine(loft.database, loft.clock, FakeCards(loft.clock), mails=loft.mails) as without:
        loft.announce("no carrier")
        work_off(without)
    assert loft.statuses("no carrier") == {"email": "accepted", "pigeon": "submitting"}
    waiting = select(outbox.c.status).where(outbox.c.task == SendPigeon.task)
    assert loft.database.read(lambda c: c.run(waiting).all()) == [("pending",)]
    with engine(loft.database, loft.clock, FakeCards(loft.clock), more_carriers={PIGEON.name: loft.pigeons}) as again:
        work_off(again, minutes=1)
    assert loft.statuses("no carrier")["pigeon"] == "accepted"
    assert len(loft.pigeons.flown) == 1
