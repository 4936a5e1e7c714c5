"""Open jobs that a worker's profile speaks for: of their skills, round their place, not yet applied for."""

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
"""So many pages are looked at for one of which something is left."""

_applied = select(application.c.job_id).where(
    application.c.worker_id == bindparam("worker_id"), one_of(application.c.job_id, "job_ids")
)


def matching(
    connection: Connection, worker_id: str, *, radius_km: float, after: tuple[int, ...] | None, most: int
) -> Found:
    """The newest first, of those behind the position ``after``.  A page may be shorter than ``most``, because what
    the worker has applied for is taken out of it."""
    wanted = wanted_by(own(connection, worker_id), radius_km)
    found = Found([], after)
    for _ in range(MOST_LOOKS):
        found = _without_applied(connection, worker_id, search(connection, wanted, after=found.more_after, most=most))
        if found.items or found.more_after is None:
            break
    return found


def wanted_by(profile: Profile, radius_km: float) -> Search:
    """The place on the map if the profile has one, else the city; every kind of work if it names no skill."""
    if profile.latitude is not None and profile.longitude is not None:
        near = Near(profile.latitude, profile.longitude, radius_km)
        return Search(categories=tuple(profile.skills), near=near)
    return Search(categories=tuple(profile.skills), city=profile.city)


def _without_applied(connection: Connection, worker_id: str, found: Found) -> Found:
    ids = [job.id for job in found.items]
    applied = {row[0] for row in connection.run(_applied, worker_id=worker_id, job_ids=ids).all()}
    return Found([job for job in found.items if job.id not in applied], found.more_after)
