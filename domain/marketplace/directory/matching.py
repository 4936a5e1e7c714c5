"""Find open jobs that match a worker's skills and place, without those that the worker has applied for."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from domain.database import Connection
from domain.marketplace.applications.tables import application
from domain.marketplace.jobs.cells import Near
from domain.marketplace.jobs.query import Search
from domain.marketplace.jobs.read import Found
from domain.marketplace.jobs.search import search
from domain.marketplace.profiles.read import Profile, own
from domain.schema import one_of

MOST_LOOKS = 5
"""The number of pages that one call reads, at most, until a page has a job that the worker has not applied for."""

_applied = select(application.c.job_id).where(
    application.c.worker_id == bindparam("worker_id"), one_of(application.c.job_id, "job_ids")
)


def matching(
    connection: Connection, worker_id: str, *, radius_km: float, after: tuple[int, ...] | None, most: int
) -> Found:
    """Return at most ``most`` matching jobs behind the position ``after``, the newest first.

    A page may be shorter than ``most``, because it leaves out the jobs that the worker has applied for.
    """
    wanted = wanted_by(own(connection, worker_id), radius_km)
    found = Found([], after)
    for _ in range(MOST_LOOKS):
        found = _without_applied(connection, worker_id, search(connection, wanted, after=found.more_after, most=most))
        if found.items or found.more_after is None:
            break
    return found


def wanted_by(profile: Profile, radius_km: float) -> Search:
    """Return the search that a profile implies: around its coordinates, or else in its city; for its skills, or,
    without a skill, for every category."""
    if profile.latitude is not None and profile.longitude is not None:
        near = Near(profile.latitude, profile.longitude, radius_km)
        return Search(categories=tuple(profile.skills), near=near)
    return Search(categories=tuple(profile.skills), city=profile.city)


def _without_applied(connection: Connection, worker_id: str, found: Found) -> Found:
    ids = [job.id for job in found.items]
    applied = {row[0] for row in connection.run(_applied, worker_id=worker_id, job_ids=ids).all()}
    return Found([job for job in found.items if job.id not in applied], found.more_after)
