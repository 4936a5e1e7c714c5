"""Reopen the job of a booking that ended before its work began, and end the application that was hired.

The applications that the hire declined stay declined, because their workers have been notified.  A client who no longer
wants the work cancels the job.
"""

from __future__ import annotations

from domain.bookings.read import Booking
from domain.cause import Cause
from domain.database import Connection
from domain.marketplace.applications import move as applications
from domain.marketplace.applications import read as application_read
from domain.marketplace.applications.states import ApplicationStatus
from domain.marketplace.jobs import move as jobs
from domain.marketplace.jobs import read as job_read
from domain.marketplace.jobs.states import JobStatus


def reopen_job(connection: Connection, cause: Cause, ended: Booking) -> None:
    if application_read.by_id(connection, ended.application_id).status == ApplicationStatus.HIRED:
        hired = ended.application_id
        applications.move(connection, cause, hired, ApplicationStatus.HIRED, ApplicationStatus.ENDED)
    if job_read.by_id(connection, ended.job_id).status == JobStatus.ASSIGNED:
        jobs.move(connection, cause, ended.job_id, JobStatus.ASSIGNED, JobStatus.OPEN)
