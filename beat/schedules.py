"""The schedules: their work and their times, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.payments.refunds.work import Sweep as SweepRefunds
from domain.payouts.accounts.work import Poll as PollAccounts
from domain.payouts.work import Poll as PollPayouts
from domain.payouts.work import PollPaid
from domain.platform.maintenance.work import AskOverdue, Backup, CheckInvariants, FetchEvents, Optimize, Prune
from domain.platform.outbox.work import Work
from domain.schema.types import EPOCH


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work whose slots are ``every`` apart, counted from 1970 plus ``offset``.

    ``catch_up``: a beat that starts fires the latest slot that was missed while no beat ran; older slots would do the
    same work again.
    """

    name: str
    every: timedelta
    work: Work
    offset: timedelta = timedelta(0)
    catch_up: bool = True

    def slot_at(self, now: datetime) -> datetime:
        """Return the latest slot that is not in the future."""
        passed = (now - EPOCH - self.offset) // self.every
        return EPOCH + self.offset + passed * self.every


DAY = timedelta(days=1)
SCHEDULES: tuple[Schedule, ...] = (
    Schedule("reconcile-stripe-events", timedelta(seconds=20), FetchEvents(provider="stripe")),
    Schedule("reconcile-overdue", timedelta(seconds=30), AskOverdue()),
    Schedule("sweep-refunds", timedelta(minutes=1), SweepRefunds()),
    Schedule("poll-payouts", timedelta(minutes=1), PollPayouts()),
    Schedule("poll-paid-payouts", DAY, PollPaid(), offset=timedelta(hours=2)),
    Schedule("poll-payout-accounts", timedelta(minutes=1), PollAccounts()),
    Schedule("check-invariants", timedelta(minutes=5), CheckInvariants()),
    Schedule("check-everything", DAY, CheckInvariants(everything=True), offset=timedelta(hours=4)),
    Schedule("prune", timedelta(hours=1), Prune(), catch_up=False),
    Schedule("optimize", DAY, Optimize(), offset=timedelta(hours=3, minutes=40), catch_up=False),
    Schedule("backup", DAY, Backup(), offset=timedelta(hours=3)),
)
