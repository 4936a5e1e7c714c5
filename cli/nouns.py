"""``handwork accounts|jobs|bookings|payments|payouts``: list rows of a noun, or show one and all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click
import msgspec

from cli.operator import EXIT_CODES, OperatorGroup, platform_database
from cli.terminal import open_console, open_table, visible
from domain.announcements.words import amount
from domain.history.read import Change
from domain.oversight.nouns import LISTED, Noun
from domain.oversight.page import page
from domain.oversight.show import Posted, Shown, show
from domain.platform.outbox.read import Task

FINDS = {
    "accounts": "its id, a part of its e-mail address or name, or the provider's id of its payout account (acct_…)",
    "jobs": "its id, its client's id or e-mail address, or a part of its title",
    "bookings": "its id, the id of its job or application, the id or e-mail address of either side, or a part of "
    "its job's title",
    "payments": "its id, its booking's id, its client's id or e-mail address, or the provider's reference (pi_…, ch_…)",
    "payouts": "its id, its booking's id, its worker's id or e-mail address, or the provider's reference (po_…, tr_…)",
}
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The value of "never" in columns such as ``asked_at``."""


def group_of(noun: Noun) -> click.Group:
    """Return the group with the commands ``list`` and ``show`` of one noun."""
    one = noun.name.removesuffix("s")
    states = [state.value for state in noun.states]
    group = OperatorGroup(
        noun.name,
        epilog=EXIT_CODES,
        help=f"Find {noun.name}, and show one with its state, history, money, related ids and tasks.\n\n"
        f"States: {', '.join(states)}.",
    )
    options = [
        click.Argument(["text"], required=False, metavar="[TEXT]"),
        click.Option(["--state"], type=click.Choice(states), help=f"Only {noun.name} in this state."),
        click.Option(["--limit"], type=click.IntRange(1, 1000), default=50, show_default=True),
        click.Option(["--before"], metavar="ID", help="The last id of the page before."),
        click.Option(["--json", "as_json"], is_flag=True, help="One JSON object a line."),
    ]
    listing = f"List {noun.name}, the newest first.\n\nTEXT is {FINDS[noun.name]}."
    group.add_command(click.Command("list", params=options, callback=partial(_list, noun), help=listing))
    options = [
        click.Argument(["row_id"], metavar="ID"),
        click.Option(["--json", "as_json"], is_flag=True, help="One JSON object."),
    ]
    showing = (
        f"Show one {one}: its fields, its history, what belongs to it, its money, and its tasks of the last day.\n\n"
        f"ID is the {one}'s own, {noun.prefix}_…; `handwork {noun.name} list TEXT` finds it."
    )
    group.add_command(click.Command("show", params=options, callback=partial(_show, noun), help=showing))
    return group


def _list(noun: Noun, text: str | None, state: str | None, limit: int, before: str | None, as_json: bool) -> None:
    with platform_database() as database:
        items = database.read(lambda c: page(c, noun, text=text, state=state, before=before, most=limit))
    if as_json:
        for item in items:
            click.echo(msgspec.json.encode(item).decode())
        return
    _print_items(items, f"No such {noun.name}.")
    if len(items) == limit:
        click.echo(f"More: --before {items[-1]['id']}")


def _show(noun: Noun, row_id: str, as_json: bool) -> None:
    with platform_database() as database:
        found = database.read(lambda c: show(c, noun, row_id))
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    else:
        _print_shown(found)


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
    _print_section("tasks", ("id", "task", "state", "n", "correlation id", "error"), map(_task, found.tasks))


def _print_section(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = open_table(*columns)
    for row in rows:
        table.add_row(*map(visible, row))
    if table.row_count:
        click.echo(f"\n{title}:")
        open_console().print(table)


def _print_items(items: Iterable[Mapping[str, Any]], nothing: str) -> None:
    shown = [_readable(item) for item in items]
    table = open_table(*(shown[0] if shown else ()))
    for item in shown:
        table.add_row(*map(_text, item.values()))
    open_console().print(table if shown else nothing)


def _readable(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the item with its amount and its currency as one value."""
    currency = item.get("currency")
    return {
        name.removesuffix("_minor"): amount(value, currency) if name.endswith("_minor") and currency else value
        for name, value in item.items()
        if name != "currency"
    }


def _change(c: Change) -> tuple[str, ...]:
    return _text(c.at), c.from_state or "", c.to_state, c.actor, c.correlation_id


def _posted(p: Posted) -> tuple[str, ...]:
    return _text(p.at), p.code, amount(p.amount_minor, p.currency), p.debit_account, p.credit_account


def _task(t: Task) -> tuple[str, ...]:
    return t.id, t.task, t.state, str(t.attempts), t.correlation_id, (t.error or "")[:80]


def _text(value: object) -> str:
    if value == NEVER:
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "-" if value is None else visible(str(value))


accounts, jobs, bookings, payments, payouts = map(group_of, LISTED)
