"""What every carrier of e-mail must do; subclasses bring the carrier's side."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any, Protocol
from uuid import uuid4

import pytest

from domain.announcements.deliveries.ports import Carrier, Sent
from domain.announcements.emails.ports import Mail
from domain.provider_errors import OutcomeUnknown, Refused, TryLater
from gateways.testing import Fault
from tests.contract.worlds import PATIENT, AnyWorld, Contract


class World(AnyWorld, Protocol):
    """The carrier's side of the contract."""

    mails: Carrier[Mail]

    def taken(self, delivery_id: str) -> list[Mail]:
        """Every time that it went: the carrier's own count."""
        ...


def new_mail(**changes: Any) -> Mail:
    values = {
        "delivery_id": f"dlv_{uuid4().hex}",
        "to": f"alice.{uuid4().hex[:8]}@example.com",
        "subject": "You are hired: Fix a tap",
        "text": "Hello Alice,\n\nBob hired you.\n",
        "html": "<p>Hello Alice,</p>",
    }
    return Mail(**{**values, **changes})


class MailsContract(Contract):
    def send(self, world: World, mail: Mail) -> Sent:
        return self.run(world.mails.send(mail, PATIENT))

    def test_a_mail_goes_as_it_is(self, world: World) -> None:
        mail = new_mail()
        assert self.send(world, mail).provider_id
        assert world.taken(mail.delivery_id) == [mail]

    def test_there_is_no_key_and_a_repeat_is_a_second_mail(self, world: World) -> None:
        mail = new_mail()
        assert self.send(world, mail) != self.send(world, mail)
        assert len(world.taken(mail.delivery_id)) == 2

    @pytest.mark.parametrize(
        "text",
        [
            "Żółć 水道 🔧 \u202e",
            "<script>alert(1)</script> & \"quotes\" 'and' &#13;&#10;Bcc: eve@example.com",
            "-substitution- %name% {{template}} <%asm_group_unsubscribe_raw_url%>",
            "x" * 10_000,
        ],
    )
    def test_what_people_write_arrives_unchanged(self, world: World, text: str) -> None:
        mail = new_mail(text=text, html=f"<p>{text}</p>", subject=text[:150])
        self.send(world, mail)
        assert world.taken(mail.delivery_id) == [mail]

    @pytest.mark.parametrize("to", ["nobody", "@example.com", "alice@", ""])
    def test_an_address_that_cannot_be_one_is_refused_and_not_repeated(self, world: World, to: str) -> None:
        mail = new_mail(to=to)
        with pytest.raises(Refused):
            self.send(world, mail)
        assert world.taken(mail.delivery_id) == []

    @pytest.mark.parametrize(
        ("fault", "went"),
        [(Fault.LOST_BEFORE, 0), (Fault.LOST_AFTER, 1), (Fault.STORED_BEFORE, 0), (Fault.STORED_AFTER, 1)],
    )
    def test_a_lost_answer_is_in_doubt(self, world: World, fault: Fault, went: int) -> None:
        mail = new_mail()
        world.fail_next(fault)
        with pytest.raises(OutcomeUnknown) as caught:
            self.send(world, mail)
        assert mail.to not in str(caught.value)
        assert len(world.taken(mail.delivery_id)) == went

    def test_a_hang_ends_at_the_deadline(self, world: World) -> None:
        world.fail_next(Fault.HANG)
        began = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            self.run(world.mails.send(new_mail(), timedelta(seconds=1)))
        assert time.monotonic() - began < 30

    def test_a_crowd_is_told_when_to_come_back(self, world: World) -> None:
        mail = new_mail()
        world.fail_next(Fault.RATE_LIMITED)
        with pytest.raises(TryLater) as caught:
            self.send(world, mail)
        assert caught.value.code == "rate_limited"
        assert caught.value.retry_after_s
        self.send(world, mail)
        assert len(world.taken(mail.delivery_id)) == 1

    def test_fifty_at_once_go_once_each(self, world: World) -> None:
        mails = [new_mail() for _ in range(50)]

        async def all_at_once() -> list[Sent]:
            return list(await asyncio.gather(*(world.mails.send(mail, PATIENT) for mail in mails)))

        assert len({sent.provider_id for sent in self.run(all_at_once())}) == 50
        assert [world.taken(mail.delivery_id) for mail in mails] == [[mail] for mail in mails]
