"""The recipient of a notification: the fields of an account that texts need."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, func, select

from domain.database import Connection
from domain.identity.accounts.states import AccountStatus
from domain.identity.accounts.tables import account
from domain.marketplace.profiles.tables import profile

ENGLISH = "en"
UTC_NAME = "UTC"


class Recipient(msgspec.Struct, frozen=True):
    id: str
    email: str
    name: str
    status: str
    language: str
    time_zone: str

    @property
    def is_here(self) -> bool:
        """Return whether the account receives notifications.

        A suspended account still receives notifications about its money; a deactivated one does not.
        """
        return self.status != AccountStatus.DEACTIVATED


_by_id = (
    select(
        account.c.id,
        account.c.email,
        account.c.name,
        account.c.status,
        func.coalesce(profile.c.language, ENGLISH),
        func.coalesce(profile.c.time_zone, UTC_NAME),
    )
    .select_from(account.outerjoin(profile, profile.c.account_id == account.c.id))
    .where(account.c.id == bindparam("account_id"))
)


def find(connection: Connection, account_id: str) -> Recipient | None:
    row = connection.run(_by_id, account_id=account_id).first()
    return Recipient(*row) if row else None
