"""Read a person's own profile, and the public profiles of workers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, select

from domain.database import Connection
from domain.errors import NotFound
from domain.identity.accounts.states import AccountStatus, Role
from domain.identity.accounts.tables import account
from domain.marketplace.profiles.tables import profile
from domain.marketplace.ratings.read import JOBS_DONE, Rating
from domain.marketplace.ratings.tables import rating
from domain.schema import one_of


class Profile(msgspec.Struct, frozen=True):
    """The fields that a person fills in.  ``rate_minor`` is a price per hour in minor units of ``currency``."""

    phone: str | None = None
    city: str | None = None
    time_zone: str | None = None
    language: str | None = None
    bio: str | None = None
    skills: list[str] = []
    rate_minor: int | None = None
    currency: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Me(Profile, frozen=True, kw_only=True):
    """A person's own account and profile, which only that person sees."""

    id: str
    email: str
    email_verified_at: datetime | None
    name: str
    role: str
    created_at: datetime


class PublicWorker(msgspec.Struct, frozen=True):
    """A worker as everybody sees them: without e-mail address, telephone number and coordinates.  ``jobs_done`` is the
    number of approved bookings."""

    id: str
    name: str
    city: str | None
    language: str | None
    bio: str | None
    skills: list[str]
    rate_minor: int | None
    currency: str | None
    jobs_done: int
    rating: Rating
    created_at: datetime


_PROFILE = Profile.__struct_fields__
_OWN = ("id", "email", "email_verified_at", "name", "role", "created_at")
_SHOWN = ("city", "language", "bio", "skills", "rate_minor", "currency")
_both = account.outerjoin(profile, profile.c.account_id == account.c.id)
_profile = select(*(profile.c[name] for name in _PROFILE)).where(profile.c.account_id == bindparam("of_account"))
_me = (
    select(*(account.c[name] for name in _OWN), *(profile.c[name] for name in _PROFILE))
    .select_from(_both)
    .where(account.c.id == bindparam("account_id"))
)
_beside = ("id", "name", "created_at")


def _workers(*conditions: ColumnElement[bool]) -> Select[Any]:
    columns = (*(account.c[name] for name in _beside), *(profile.c[name] for name in _SHOWN))
    return (
        select(*columns, JOBS_DONE, rating.c.reviews, rating.c.stars)
        .select_from(_both)
        .outerjoin(rating, rating.c.account_id == account.c.id)
        .where(*conditions)
    )


_worker = _workers(
    account.c.id == bindparam("account_id"),
    account.c.role == Role.WORKER.value,
    account.c.status == AccountStatus.ACTIVE.value,
)
_by_ids = _workers(one_of(account.c.id, "ids"))


def own(connection: Connection, account_id: str) -> Profile:
    row = connection.run(_profile, of_account=account_id).first()
    return Profile(*row) if row else Profile()


def me(connection: Connection, account_id: str) -> Me:
    row = connection.run(_me, account_id=account_id).one()
    return Me(**_named((*_OWN, *_PROFILE), row))


def worker(connection: Connection, account_id: str) -> PublicWorker:
    """Return a worker's public profile; ``NotFound`` when no active worker has this id."""
    row = connection.run(_worker, account_id=account_id).first()
    if row is None:
        raise NotFound("worker")
    return _public(row)


def workers(connection: Connection, ids: list[str]) -> list[PublicWorker]:
    """Return workers in the order of their ids."""
    found = {row[0]: _public(row) for row in connection.run(_by_ids, ids=ids).all()}
    return [found[account_id] for account_id in ids]


def _public(row: tuple[Any, ...]) -> PublicWorker:
    *values, done, reviews, stars = row
    named = _named((*_beside, *_SHOWN), tuple(values))
    return PublicWorker(jobs_done=done, rating=Rating.of(reviews, stars), **named)


def _named(names: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, Any]:
    values = dict(zip(names, row, strict=True))
    return {**values, "skills": values["skills"] or []}
