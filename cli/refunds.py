"""``handwork refunds``: list refunds, and retry or close failed ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click

from cli.listing import Page, paged
from cli.manual import manual
from cli.operator import change, change_each, look
from cli.terminal import print_rows, stacked, visible
from domain.announcements.words import amount
from domain.cause import Cause
from domain.database import Connection
from domain.payments.refunds import overview
from domain.payments.refunds.close import PaidBy
from domain.payments.refunds.close import close as close_one
from domain.payments.refunds.overview import Overview
from domain.payments.refunds.retry import retry as retry_one
from domain.payments.refunds.states import RefundStatus

STATUSES = [status.value for status in RefundStatus]
EXAMPLE = "rfd_0199c5f2a4b57c1e8d3f6a9b0"


COLUMNS: dict[str, Callable[[Overview], str]] = {
    "id, booking, why": lambda row: stacked(
        row.id, row.booking_id, visible(row.error_code or ""), visible(row.closed_why or "")
    ),
    "amount": lambda row: amount(row.amount_minor, row.currency),
    "status, again as": lambda row: stacked(row.status, row.again_as or ""),
}


@click.group()
def refunds() -> None:
    """List refunds, and retry or close those that failed.

    Statuses: requested, submitting, processing (the provider works on it), succeeded, failed (the ledger holds the
    money again, until you retry or close the refund), closed (it failed, and you recorded how the client got the
    money).
    """


@refunds.command("list", epilog=manual("refunds list --status failed"))
@click.option("--status", type=click.Choice(STATUSES), help="List only refunds in this status.")
@paged
def list_refunds(status: str | None, page: Page) -> None:
    """List refunds, the newest first.

    Prints each refund's id, booking, error or reason, amount and status, and the id of the refund that retries it.
    """
    rows = look(lambda c: overview.page(c, status=status, before=page.before, most=page.most))
    page.print(rows, partial(print_rows, COLUMNS, nothing="No such refunds."), lambda row: row.id)


@refunds.command(epilog=manual(f"refunds retry {EXAMPLE}"))
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def retry(ids: tuple[str, ...]) -> None:
    """Retry failed refunds, each as a new refund.

    Prints the id and the status of each new refund. Retrying the same refund again makes no second one: it prints the
    first.
    """

    def again(connection: Connection, cause: Cause, refund_id: str) -> str:
        made = retry_one(connection, cause, refund_id)
        return f"again as {made.id}, {made.status}"

    change_each(ids, again)


@refunds.command(epilog=manual(f'refunds close {EXAMPLE} --paid-by bank --why "transferred on 30 November"'))
@click.argument("id")
@click.option(
    "--paid-by", type=click.Choice([way.value for way in PaidBy]), required=True, help="How the client got the money."
)
@click.option("--why", required=True, help="The reason; the refund stores it with your name.")
def close(id: str, paid_by: str, why: str) -> None:
    """Close a failed refund whose client got the money in another way.

    provider: an operator refunded it in the provider's dashboard. bank: it was paid from our own bank account. The
    ledger records it, and the refund cannot be retried or opened again. Prints the refund's new status.
    """
    found = change(lambda c, cause: close_one(c, cause, id, paid_by=PaidBy(paid_by), why=why))
    click.echo(f"{found.id}: {found.status}")
