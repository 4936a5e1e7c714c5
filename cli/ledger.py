"""``handwork ledger``: show the balances, and check that the ledger agrees with all other records."""

from __future__ import annotations

import time
from collections.abc import Iterable

import click

from cli.manual import OPERATOR, manual
from cli.operator import look, operator_cause, platform_database
from cli.terminal import print_table, visible
from domain.announcements.words import amount
from domain.oversight.ledger_checks import check as checks
from domain.oversight.ledger_checks.check import Finding, Scope, record
from domain.oversight.ledger_checks.read import LedgerCheck, last, totals_now
from runtime.clock import system_clock

EXIT_BROKEN = 4
_CODES = {**OPERATOR, EXIT_BROKEN: "the books do not agree"}


@click.group()
def ledger() -> None:
    """Show the ledger's balances, and check that the books agree.

    Beat also schedules the check: every five minutes for new records, and once a day for all of them.
    """


@ledger.command(epilog=manual("ledger show", codes=_CODES))
def show() -> None:
    """Show the balances, and the results of the last checks.

    Prints the balance of each kind of account, and a line for each breach that the last checks found.
    """
    balances = look(totals_now)
    latest = look(lambda c: [found for scope in Scope if (found := last(c, scope=scope)) is not None])
    rows = ((balance.account, amount(balance.amount_minor, balance.currency)) for balance in balances)
    print_table(("kind of account", "amount"), rows, "Nothing was posted yet.")
    for found in latest:
        click.echo(f"{found.scope}: checked {found.at:%Y-%m-%d %H:%M:%S} UTC, {_said(found)}")
    if not latest:
        click.echo("Nothing was checked yet: ./handwork ledger check")
    _say_broken(sentence for found in latest for sentence in found.sentences)


@ledger.command(epilog=manual("ledger check", "ledger check --recent", codes=_CODES))
@click.option("--recent", is_flag=True, help="Check only what was recorded since the check before the last one.")
def check(*, recent: bool) -> None:
    """Compare the ledger with all other records of money now.

    The records are payments, bookings, refunds and payouts. Prints whether they agree, and a line for each breach. It
    stores the result, as the scheduled checks do, and repairs nothing. The platform keeps working meanwhile; a million
    payments take half a minute.
    """
    scope = Scope.RECENT if recent else Scope.EVERYTHING
    began = time.monotonic()
    cause = operator_cause()
    with platform_database() as database:
        click.echo(f"checking {scope.value} …", err=True)
        found = database.read(lambda c: checks.look(c, system_clock(), scope))
        database.write(lambda c: record(c, cause, found))
    click.echo(f"{scope.value}: {_said(found)}, in {time.monotonic() - began:.1f} s")
    _say_broken(found.sentences)


def _said(found: Finding | LedgerCheck) -> str:
    count = len(found.sentences)
    return "all agrees" if not count else f"{count} {'breach' if count == 1 else 'breaches'}"


def _say_broken(sentences: Iterable[str]) -> None:
    said = [visible(sentence) for sentence in sentences]
    for sentence in said:
        click.echo(f"broken: {sentence}")
    if said:
        raise SystemExit(EXIT_BROKEN)
