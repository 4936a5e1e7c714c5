"""A carrier of e-mail in memory; the carrier stores each mail that it took, whatever it answered."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from domain.announcements.deliveries.ports import Sent
from domain.announcements.emails.ports import Mail
from domain.provider_errors import Refused
from gateways.testing.faults import DONE, PROVIDER, Faults, in_doubt


class FakeMails(Faults):
    """``taken`` holds a mail once for each time that the carrier sent it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Mail] = []
        self._numbers = count(1)
        self.is_closed = False

    def times(self, delivery_id: str) -> int:
        return sum(mail.delivery_id == delivery_id for mail in self.taken)

    async def send(self, message: Mail, deadline: timedelta) -> Sent:
        fault = await self.meet()
        if not all(message.to.partition("@")):
            raise Refused(PROVIDER, "mail_refused", "Does not contain a valid address.")
        if fault is None or fault in DONE:
            self.taken.append(message)
        if fault is not None:
            raise in_doubt(f"{fault.value}, {deadline.total_seconds():g} s")
        return Sent(f"fake_mail_{next(self._numbers)}")

    async def close(self) -> None:
        self.is_closed = True
