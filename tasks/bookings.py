"""The tasks of bookings that run when their time has come."""

from __future__ import annotations

from datetime import timedelta

from domain.bookings.complete import warn_of_approval
from domain.bookings.remind import remind as remind_both
from domain.bookings.work import ApproveByItself, Expire, Remind, WarnOfApproval
from domain.cause import Cause
from domain.database import Connection
from domain.settlement.approve import approve_by_itself
from domain.settlement.expire import expire as give_up
from tasks.declare import Again, database_task, wait_until
from tasks.retry import QUICK

SECONDS = timedelta(seconds=10)


def _expire(connection: Connection, cause: Cause, work: Expire, _: None) -> Again | None:
    return wait_until(give_up(connection, cause, work))


def _approve(connection: Connection, cause: Cause, work: ApproveByItself, _: None) -> Again | None:
    return wait_until(approve_by_itself(connection, cause, work))


def _warn(connection: Connection, cause: Cause, work: WarnOfApproval, _: None) -> Again | None:
    return wait_until(warn_of_approval(connection, cause, work))


def _remind(connection: Connection, cause: Cause, work: Remind, _: None) -> Again | None:
    return wait_until(remind_both(connection, cause, work))


expire = database_task(work=Expire, record=_expire, max_runtime=SECONDS, retry=QUICK)
approve = database_task(work=ApproveByItself, record=_approve, max_runtime=SECONDS, retry=QUICK)
warn = database_task(work=WarnOfApproval, record=_warn, max_runtime=SECONDS, retry=QUICK, batch=25)
remind = database_task(work=Remind, record=_remind, max_runtime=SECONDS, retry=QUICK, batch=25)
