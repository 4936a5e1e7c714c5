"""``handwork accounts|jobs|bookings|payments|payouts``: list rows of a noun, or show one and all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from cli.listing import AS_JSON, Page, paged
from cli.manual import manual
from cli.operator import look
from cli.terminal import print_json, print_table, visible
from domain.announcements.words import amount
from domain.history.read import Change
from domain.oversight import page as pages
from domain.oversight.nouns import LISTED, Noun
from domain.oversight.show import Posted, Shown, show
from domain.platform.outbox.read import Task

FINDS = {
    "accounts": "id, a part of the e-mail address or name, or the provider's id of the payout account (acct_…)",
    "jobs": "id, the id or e-mail address of the client, or a part of the title",
    "bookings": "id, the id of the job or application, the id or e-mail address of the client or worker, or a part of "
    "the job's title",
    "payments": "id, the id of the booking, the id or e-mail address of the client, or the provider's reference (pi_…, "
    "ch_…)",
    "payouts": "id, the id of the booking, the id or e-mail address of the worker, or the provider's reference (po_…, "
    "tr_…)",
}
EXAMPLES = {"accounts": "alice", "jobs": "tap"} | dict.fromkeys(
    ("bookings", "payments", "payouts"), "alice@example.com --json"
)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The value of "never" in columns such as ``asked_at``."""


def group_of(noun: Noun) -> click.Group:
    """Return the group with the commands ``list`` and ``show`` of one noun."""
    nouns, one = noun.name, noun.name.removesuffix("s")
    statuses = [status.value for status in noun.statuses]
    example = f"{noun.prefix}_0199c5f2a4b57c1e8d3f6a9b0"

    @click.group(
        nouns, help=f"List {nouns}, and show one with all that belongs to it.\n\nStatuses: {', '.join(statuses)}."
    )
    def group() -> None:
        pass

    @group.command(
        "list",
        help=f"List {nouns}, the newest first.\n\nTEXT finds {nouns} by {FINDS[nouns]}. Prints a line for each.",
        epilog=manual(f"{nouns} list --status {statuses[0]}", f"{nouns} list {EXAMPLES[nouns]}"),
    )
    @click.argument("text", required=False)
    @click.option("--status", type=click.Choice(statuses), help=f"List only {nouns} in this status.")
    @paged
    def list_(text: str | None, status: str | None, page: Page) -> None:
        items = look(lambda c: pages.page(c, noun, text=text, status=status, before=page.before, most=page.most))
        page.print(items, partial(_print_items, nothing=f"No such {nouns}."), lambda item: str(item["id"]))

    @group.command(
        "show",
        help=f"Show one {one} with all that belongs to it.\n\n"
        f"ID is the {one}'s id, {noun.prefix}_…; `handwork {nouns} list TEXT` finds it. Prints its fields, its "
        "balances, its history, related objects, its ledger transfers, and its tasks of the last day.",
        epilog=manual(f"{nouns} show {example}", f"{nouns} show {example} --json"),
    )
    @click.argument("row_id", metavar="ID")
    @AS_JSON
    def show_(row_id: str, as_json: bool) -> None:
        found = look(lambda c: show(c, noun, row_id))
        if as_json:
            print_json(found)
        else:
            _print_shown(found)

    return group


def _print_shown(found: Shown) -> None:
    for name, value in found.fields.items():
        click.echo(f"{name:>18}  {_text(value)}")
    for balance in found.balances:
        click.echo(f"{balance.account}: {amount(balance.amount_minor, balance.currency)}")
    _print_section("history", ("at", "from", "to", "by", "correlation id"), map(_change, found.history))
    for name, items in found.related.items():
        click.echo(f"\n{name}:")
        _print_items(items, "")
    _print_section("ledger", ("at", "code", "amount", "debit", "credit"), map(_posted, found.transfers))
    _print_section("tasks", ("id", "task", "status", "n", "correlation id", "error"), map(_task, found.tasks))


def _print_section(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    if shown := [[visible(text) for text in row] for row in rows]:
        click.echo(f"\n{title}:")
        print_table(columns, shown)


def _print_items(items: Iterable[Mapping[str, Any]], nothing: str) -> None:
    shown = [_readable(item) for item in items]
    print_table(shown[0] if shown else (), (list(map(_text, item.values())) for item in shown), nothing)


def _readable(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item with its amount and its currency as one value."""
    currency = item.get("currency")
    return {
        name.removesuffix("_minor"): amount(value, currency) if name.endswith("_minor") and currency else value
        for name, value in item.items()
        if name != "currency"
    }


def _change(c: Change) -> tuple[str, ...]:
    return _text(c.at), c.from_status or "", c.to_status, c.actor, c.correlation_id


def _posted(p: Posted) -> tuple[str, ...]:
    return _text(p.at), p.code, amount(p.amount_minor, p.currency), p.debit_account, p.credit_account


def _task(t: Task) -> tuple[str, ...]:
    return t.id, t.task, t.status, str(t.attempts), t.correlation_id, (t.error or "")[:80]


def _text(value: object) -> str:
    if value == NEVER:
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "-" if value is None else visible(str(value))


accounts, jobs, bookings, payments, payouts = map(group_of, LISTED)
