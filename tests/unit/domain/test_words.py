"""Somebody's text in a subject, an amount, a moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.announcements.words import LONGEST_LINE, amount, moment, one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Fix a tap", "Fix a tap"),
        ("Fix\r\nBcc: all@example.com", "Fix Bcc: all@example.com"),
        ("a\u2028b\u2029c\u0085d\x0be\x0cf", "a b c d e f"),
        ("  much \t space  ", "much space"),
        ("nul\x00 esc\x1b[31m", "nul esc [31m"),
        ("evil\u202egnp.exe", "evil gnp.exe"),
        ("\u2066\u200b\ufeff", ""),
        ("", ""),
        ("\ud800lone", "lone"),
        ("Żółć 水道 🔧", "Żółć 水道 🔧"),
        ("<b>bold</b>", "<b>bold</b>"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_ten_thousand_characters_are_cut() -> None:
    line = one_line("x" * 10_000)
    assert len(line) == LONGEST_LINE
    assert line.endswith("x…")


@given(st.text())
def test_a_line_has_no_end_inside_and_stays_itself(text: str) -> None:
    line = one_line(text)
    assert len(line) <= LONGEST_LINE
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


@pytest.mark.parametrize(
    ("minor", "code", "shown"),
    [
        (9_000, "usd", "90.00 USD"),
        (5, "eur", "0.05 EUR"),
        (9_000, "jpy", "9000 JPY"),
        (1_005, "kwd", "1.005 KWD"),
        (-250, "usd", "-2.50 USD"),
        (0, "usd", "0.00 USD"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(minor: int, code: str, shown: str) -> None:
    assert amount(minor, code) == shown


AT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "Sun 29 Mar 2026, 00:30 (UTC)"),
        ("Europe/Berlin", "Sun 29 Mar 2026, 01:30 (Europe/Berlin)"),
        ("America/Los_Angeles", "Sat 28 Mar 2026, 17:30 (America/Los_Angeles)"),
        ("Mars/Olympus", "Sun 29 Mar 2026, 00:30 (UTC)"),
        ("../../etc/passwd", "Sun 29 Mar 2026, 00:30 (UTC)"),
        ("", "Sun 29 Mar 2026, 00:30 (UTC)"),
    ],
)
def test_a_moment_is_told_in_the_readers_zone(zone: str, shown: str) -> None:
    assert moment(AT, zone) == shown
