"""The tasks of bookings that run when their time has come."""

from domain.bookings import complete, remind
from domain.bookings.work import ApproveByItself, Expire, Remind, WarnOfApproval
from domain.settlement import approve, expire
from tasks.declare import database_task

expiry = database_task(Expire, expire.expire)
approval = database_task(ApproveByItself, approve.approve_by_itself)
warning = database_task(WarnOfApproval, complete.warn_of_approval, batch=25)
reminder = database_task(Remind, remind.remind, batch=25)
