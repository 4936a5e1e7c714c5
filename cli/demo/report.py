"""Print the table at the end of a demo."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from cli.demo.books import Books
from cli.demo.chaos import Chaos
from cli.demo.client import Client
from cli.demo.market import Deal
from cli.demo.timings import histogram, slowest
from cli.demo.verdict import Verdict


def print_report(
    console: Console,
    verdict: Verdict,
    deals: Sequence[Deal],
    books: Books,
    client: Client,
    chaos: Chaos | None,
    inbox: str,
    addresses: str,
) -> None:
    """Print the table.  ``addresses``: the prefix of the e-mail addresses of this demo's people."""
    table = Table("what", "figure", title="What came of it", title_justify="left")
    for row in (*_money(verdict), *_times(deals, books, client), *_emails(verdict, inbox)):
        table.add_row(*row)
    table.add_row("requests repeated", str(client.unanswered))
    if chaos:
        kills = ", ".join(f"{kind} {n}" for kind, n in sorted(chaos.kills.items()))
        table.add_row("kills survived", f"{chaos.kills.total()} ({kills})")
    console.print(table)
    console.print(f"This demo's e-mails: {inbox}?to={addresses}", soft_wrap=True)
    console.print("All is well." if verdict.is_well else "Not well.", style="green" if verdict.is_well else "red")


def _money(verdict: Verdict) -> list[tuple[str, str]]:
    paid_out = f"{verdict.workers}, for {verdict.paid_out} of {verdict.captured} bookings"
    return [
        ("accepted", str(verdict.accepted)),
        ("captured", str(verdict.captured)),
        ("declined as planned", str(verdict.declined_as_planned)),
        ("otherwise than planned", str(verdict.unplanned)),
        ("duplicates at the provider", str(verdict.duplicates)),
        ("lost", str(verdict.lost)),
        ("workers paid out", paid_out),
        ("payouts doubled", str(verdict.payouts_doubled)),
        ("ledger difference", str(verdict.ledger_difference)),
    ]


def _times(deals: Sequence[Deal], books: Books, client: Client) -> list[tuple[str, str]]:
    captured = [d.settled_after for d in deals if d.settled_after is not None and d.status == "captured"]
    paid = [p.seconds for p in books.payouts if p.seconds is not None]
    return [
        ("requests", histogram(client.timings)),
        ("the slowest", slowest(client.timings)),
        ("accept → captured p50 / p99", _milliseconds(captured)),
        ("approved → paid p50 / p99", _milliseconds(paid)),
    ]


def _emails(verdict: Verdict, inbox: str) -> list[tuple[str, str]]:
    missing = f", {verdict.emails_missing} missing" if verdict.emails_missing else ""
    return [
        ("e-mails sent / in the inbox", f"{verdict.emails_sent} / {verdict.emails_in_inbox}{missing}"),
        ("e-mails doubled", str(verdict.emails_doubled)),
        ("inbox", inbox),
    ]


def _milliseconds(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "-"
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"{cuts[49] * 1000:.1f} / {cuts[98] * 1000:.1f} ms"
