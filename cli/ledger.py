"""``handwork ledger``: show the balances, and check that the ledger agrees with all other records."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial

import click

from cli.operator import EXIT_CODES, operator_cause, platform_database
from cli.terminal import open_console, open_table, visible
from domain.announcements.words import amount
from domain.oversight.ledger_checks.check import Finding, Scope, look, record
from domain.oversight.ledger_checks.read import LedgerCheck, last, totals_now
from runtime.clock import system_clock

EXIT_BROKEN = 4
_CODES = EXIT_CODES.removesuffix(".") + ", 4 the books do not agree."


@click.group()
def ledger() -> None:
    """The ledger: where everybody's money is, and whether the books agree.

    It is checked by itself every five minutes, over what is new, and once a day over everything.
    """


@ledger.command(epilog=_CODES)
def show() -> None:
    """Show what is on each kind of account, and what the last checks found."""
    with platform_database() as database:
        balances = database.read(totals_now)
        latest = [database.read(partial(last, scope=scope)) for scope in Scope]
    checks = [check for check in latest if check is not None]
    table = open_table("kind of account", "amount")
    for balance in balances:
        table.add_row(balance.account, amount(balance.amount_minor, balance.currency))
    open_console().print(table if balances else "Nothing was posted yet.")
    for check in checks:
        click.echo(f"{check.scope}: checked {check.at:%Y-%m-%d %H:%M:%S} UTC, {_said(check)}")
    if not checks:
        click.echo("Nothing was checked yet: ./handwork ledger check")
    _say_broken(sentence for check in checks for sentence in check.sentences)


@ledger.command(epilog=_CODES)
@click.option("--recent", is_flag=True, help="Only what was posted or made since the check before the last.")
def check(*, recent: bool) -> None:
    """Hold payments, bookings, refunds, payouts and the ledger against each other, now.

    It only reads, beside everybody's work, and keeps what it found, as the scheduled checks do; a million payments
    take half a minute. Nothing is repaired by it.
    """
    scope = Scope.RECENT if recent else Scope.EVERYTHING
    began = time.monotonic()
    cause = operator_cause()
    with platform_database() as database:
        click.echo(f"checking {scope.value} …", err=True)
        found = database.read(lambda c: look(c, system_clock(), scope))
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
