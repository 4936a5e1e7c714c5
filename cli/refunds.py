"""``handwork refunds``: list refunds, and retry or close failed ones."""

from __future__ import annotations

from functools import partial

import click
import msgspec

from cli.operator import EXIT_CODES, OperatorGroup, operator_cause, platform_database
from cli.terminal import open_console, open_table, stacked, visible
from domain.announcements.words import amount
from domain.cause import Cause
from domain.database import Connection
from domain.payments.refunds import overview
from domain.payments.refunds.close import PaidBy
from domain.payments.refunds.close import close as close_one
from domain.payments.refunds.overview import Overview
from domain.payments.refunds.retry import retry as retry_one
from domain.payments.refunds.states import RefundState

STATES = [state.value for state in RefundState]


@click.group(cls=OperatorGroup, epilog=EXIT_CODES)
def refunds() -> None:
    """Refunds: money on its way back to clients, and what their banks did not take.

    States: requested, submitting, processing (the provider will tell), succeeded, failed (the money is back where
    it was held until you retry), closed (it failed, and you said how the client got the money).
    """


@refunds.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only refunds in this state.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--before", metavar="ID", help="The last id of the page before.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_refunds(state: str | None, limit: int, before: str | None, as_json: bool) -> None:
    """List refunds, the newest first."""
    with platform_database() as database:
        rows = database.read(lambda c: overview.page(c, state=state, before=before, most=limit))
    if as_json:
        for row in rows:
            click.echo(msgspec.json.encode(row).decode())
        return
    table = open_table("id, booking, why", "amount", "state, again as")
    for row in rows:
        table.add_row(_what(row), amount(row.amount_minor, row.currency), _state(row))
    open_console().print(table if rows else "No such refunds.")
    if len(rows) == limit:
        click.echo(f"More: --before {rows[-1].id}")


@refunds.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def retry(ids: tuple[str, ...]) -> None:
    """Send failed refunds again, each as a new one; a second time says which that is."""
    cause = operator_cause()
    with platform_database() as database:
        for refund_id in ids:
            made = database.write(partial(_retry, cause=cause, refund_id=refund_id))
            click.echo(f"{refund_id}: again as {made[0]}, {made[1]}")


@refunds.command()
@click.argument("id")
@click.option("--paid-by", type=click.Choice([way.value for way in PaidBy]), required=True, help="Whence it went.")
@click.option("--why", required=True, help="The reason; it stays with the refund, and so does your name.")
def close(id: str, paid_by: str, why: str) -> None:
    """End a failed refund that must not be sent again, because its client has the money otherwise.

    provider: somebody refunded it in the provider's dashboard; bank: it went from our own bank account. The ledger
    follows, and the refund is in the list as closed; it cannot be undone.
    """
    cause, way = operator_cause(), PaidBy(paid_by)
    with platform_database() as database:
        found = database.write(lambda c: close_one(c, cause, id, paid_by=way, why=why))
        click.echo(f"{found.id}: {found.status}")


def _what(row: Overview) -> str:
    why = (row.error_code, row.closed_why)
    return stacked(row.id, row.booking_id, *(visible(each) for each in why if each))


def _state(row: Overview) -> str:
    return stacked(row.status, row.again_as or "")


def _retry(connection: Connection, cause: Cause, refund_id: str) -> tuple[str, str]:
    made = retry_one(connection, cause, refund_id)
    return made.id, made.status
