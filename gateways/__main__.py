"""``python -m gateways > docs/reference/provider-lookups.md``: write the gateways' failures and look-ups as a page."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from gateways.failures import Row
from gateways.lookup import Lookup
from gateways.sendgrid import failures as sendgrid_failures
from gateways.sendgrid import lookups as sendgrid_lookups
from gateways.stripe import failures as stripe_failures
from gateways.stripe import lookups as stripe_lookups

HEAD = """\
# When a provider's answer is missing

`python -m gateways > docs/reference/provider-lookups.md` writes this page from what the gateways declare; a test keeps
it current.

A call ends in one of three ways beside success: **refused** (never again), **try later** (nothing happened there),
**unknown** (it may have happened). The platform repeats an unknown call under the same key or looks its outcome up, and
never sends it under a new key before that. E-mail has neither keys nor look-ups: the platform sends it again when no
event reports it in time.
"""


def page() -> str:
    stripe = _section("Stripe", stripe_lookups.LOOKUPS, stripe_failures.TABLE)
    return "\n".join([HEAD, *stripe, *_section("SendGrid", sendgrid_lookups.LOOKUPS, sendgrid_failures.TABLE)])


def _section(name: str, lookups: Sequence[Lookup], rows: Sequence[Row[Any]]) -> Iterable[str]:
    return [f"## {name}", "", *_lookups(lookups), "", f"### What each failure of {name} means", "", *_rows(rows), ""]


def _lookups(lookups: Sequence[Lookup]) -> Iterable[str]:
    yield from _table(
        ("Call", "Same key for", "A repeat", "A stored failure", "The look-up", "Found nothing"),
        [(one.call, _hours(one.same_key_for), one.repeat, one.stored, one.look_up, one.absent) for one in lookups],
    )


def _rows(rows: Sequence[Row[Any]]) -> Iterable[str]:
    yield "Read from the top: the first row that fits."
    yield ""
    yield from _table(
        ("When", "Meaning", "Our code", "Ask again after", "Why"),
        [
            (row.when, f"**{row.kind}**", f"`{row.code}`" if row.code else "the answer's", _seconds(row), row.why)
            for row in rows
        ],
    )


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for line in lines:
        yield f"| {' | '.join(line)} |"


def _hours(duration: timedelta | None) -> str:
    return "–" if duration is None else f"{duration.total_seconds() / 3600:g} h"


def _seconds(row: Row[Any]) -> str:
    return f"{row.retry_after_s:g} s" if row.retry_after_s is not None else ""


if __name__ == "__main__":
    sys.stdout.write(page())
