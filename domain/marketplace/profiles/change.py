"""Change the caller's own profile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from zoneinfo import available_timezones

import msgspec
from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.currencies import check_amount
from domain.database import Connection
from domain.errors import Invalid, check_all
from domain.identity.accounts.states import Role
from domain.identity.accounts.tables import account
from domain.marketplace.jobs.categories import check_category
from domain.marketplace.jobs.check import check_coordinates
from domain.marketplace.profiles.read import Me, Profile, me, own
from domain.marketplace.profiles.tables import profile
from domain.marketplace.profiles.terms import put_terms, terms_of
from domain.schema.upsert import upsert

OF_WORKERS = ("skills", "rate_minor", "currency", "latitude", "longitude")
_ZONES = frozenset(available_timezones())
_FIELDS = Profile.__struct_fields__
_rename = update(account).where(account.c.id == bindparam("account_id")).values(name=bindparam("new_name"))
_insert = upsert(profile).values(
    {name: bindparam(name) for name in _FIELDS}
    | {"account_id": bindparam("account_id"), "updated_at": bindparam("updated_at")}
)
_keep = _insert.on_conflict_do_update(
    index_elements=["account_id"], set_={name: _insert.excluded[name] for name in (*_FIELDS, "updated_at")}
)


def change(connection: Connection, cause: Cause, role: Role, changes: dict[str, Any]) -> Me:
    """Change the actor's profile; return it.

    ``changes`` has new values of ``name`` and of the fields of :class:`Profile`; None removes a field of the profile.
    ``Invalid`` names every field that is wrong.
    """
    changes = dict(changes)
    name = changes.pop("name", None)
    if name is not None:
        connection.run(_rename, account_id=cause.actor, new_name=name)
    if changes:
        after = checked(msgspec.structs.replace(own(connection, cause.actor), **changes), role)
        connection.run(_keep, account_id=cause.actor, updated_at=cause.now, **msgspec.structs.asdict(after))
    changed = me(connection, cause.actor)
    if role is Role.WORKER:
        put_terms(connection, cause.actor, terms_of(changed))
    return changed


def checked(wanted: Profile, role: Role) -> Profile:
    """Return the profile as it is stored; ``Invalid`` names every field that is wrong."""
    of_workers: list[Callable[[], object]] = [
        *(partial(check_category, skill, "skills") for skill in wanted.skills),
        lambda: _check_rate(wanted),
        lambda: check_coordinates(wanted.latitude, wanted.longitude),
    ]
    if role is not Role.WORKER:
        of_workers = [partial(_refuse, field) for field in OF_WORKERS if getattr(wanted, field)]
    check_all(lambda: _check_time_zone(wanted.time_zone), *of_workers)
    latitude, longitude = check_coordinates(wanted.latitude, wanted.longitude)
    return msgspec.structs.replace(
        wanted, skills=list(dict.fromkeys(wanted.skills)), latitude=latitude, longitude=longitude
    )


def _refuse(field: str) -> None:
    raise Invalid("workers_only", f"Only a worker has {field}.", field)


def _check_time_zone(name: str | None) -> None:
    if name is not None and name not in _ZONES:
        says = f"There is no time zone {name!r}: name one as the IANA does, such as Europe/Berlin."
        raise Invalid("time_zone_unknown", says, "time_zone")


def _check_rate(wanted: Profile) -> None:
    if (wanted.rate_minor is None) != (wanted.currency is None):
        missing = "currency" if wanted.currency is None else "rate_minor"
        raise Invalid("rate_incomplete", "A rate is an amount and a currency, or neither.", missing)
    if wanted.rate_minor is not None and wanted.currency is not None:
        check_amount(wanted.rate_minor, wanted.currency, "rate_minor")
