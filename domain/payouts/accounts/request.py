"""Let a worker request a payout account, or another onboarding page for it."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, update

from domain.cause import Cause
from domain.database import Connection
from domain.errors import Conflict, NotFound
from domain.history.record import record
from domain.payouts.accounts import read
from domain.payouts.accounts.read import PayoutAccount
from domain.payouts.accounts.states import PayoutAccountStatus
from domain.payouts.accounts.tables import payout_account
from domain.payouts.accounts.work import Link, Open
from domain.platform.outbox.enqueue import enqueue
from domain.schema.upsert import upsert

PROVIDER = "stripe"
_insert = (
    upsert(payout_account)
    .values({name: bindparam(name) for name in PayoutAccount.__struct_fields__})
    .on_conflict_do_nothing()
)
_drop_link = (
    update(payout_account).where(payout_account.c.id == bindparam("of_id")).values(link_url=None, link_expires_at=None)
)
_again = (
    update(payout_account)
    .where(payout_account.c.id == bindparam("of_id"), payout_account.c.status == PayoutAccountStatus.REFUSED.value)
    .values(
        status=PayoutAccountStatus.REQUESTED.value,
        country=bindparam("chosen"),
        generation=payout_account.c.generation + 1,
        submitted_at=None,
        error_message=None,
    )
)


class Requested(msgspec.Struct, frozen=True):
    account: PayoutAccount
    is_new: bool


def request(connection: Connection, cause: Cause, country: str) -> Requested:
    """Return the actor's one account, made now or before; request it again if the provider refused it."""
    made = _new(cause, country)
    if connection.run(_insert, **msgspec.structs.asdict(made)).changed:
        record(connection, cause, made.id, None, PayoutAccountStatus.REQUESTED)
        _open(connection, cause, made)
        return Requested(made, is_new=True)
    found = _mine(connection, cause)
    refused = found.status == PayoutAccountStatus.REFUSED and found.provider_id is None
    if refused and connection.run(_again, of_id=found.id, chosen=country).changed:
        record(connection, cause, found.id, PayoutAccountStatus.REFUSED, PayoutAccountStatus.REQUESTED)
        found = _mine(connection, cause)
        _open(connection, cause, found)
        return Requested(found, is_new=True)
    return Requested(found, is_new=False)


def request_link(connection: Connection, cause: Cause) -> PayoutAccount:
    """Queue the fetch of a fresh onboarding page; a waiting caller reads it in ``link_url``.

    ``NotFound`` without an account; ``Conflict`` for one that the provider refused.
    """
    found = _mine(connection, cause)
    if found.status == PayoutAccountStatus.REFUSED:
        raise Conflict(
            "payout_account_refused",
            "The payment provider refuses your payout account. Ask our support how to be paid.",
        )
    if found.status != PayoutAccountStatus.REQUESTED:
        connection.run(_drop_link, of_id=found.id)
        enqueue(connection, cause, Link(payout_account_id=found.id), unique_key=_slot(found, cause.now))
    return _mine(connection, cause)


def _slot(found: PayoutAccount, now: datetime) -> str:
    """Return a unique key that allows one fetch a second, so repeated requests coalesce."""
    return f"link:{found.id}:{now:%Y%m%d%H%M%S}"


def _mine(connection: Connection, cause: Cause) -> PayoutAccount:
    found = read.of_account(connection, cause.actor)
    if found is None:
        raise NotFound("payout account")
    return found


def _open(connection: Connection, cause: Cause, made: PayoutAccount) -> None:
    enqueue(connection, cause, Open(payout_account_id=made.id), unique_key=f"account:{made.id}:{made.generation}")


def _new(cause: Cause, country: str) -> PayoutAccount:
    return PayoutAccount(
        id=cause.new_id("pac"),
        account_id=cause.actor,
        provider=PROVIDER,
        country=country,
        status=PayoutAccountStatus.REQUESTED.value,
        provider_id=None,
        requirements=None,
        disabled_reason=None,
        error_message=None,
        link_url=None,
        link_expires_at=None,
        generation=1,
        submitted_at=None,
        absent_since=None,
        created_at=cause.now,
        asked_at=cause.now,
    )
