"""The page about look-ups says what the code does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from gateways.__main__ import page
from gateways.stripe.connect_client import CLOCK_SKEW
from gateways.stripe.failures import TABLE
from gateways.stripe.lookups import KEY_LIFETIME, LOOKUPS
from runtime.settings import Settings

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "provider-lookups.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page(), "run: python -m gateways > docs/reference/provider-lookups.md"


def test_the_page_has_every_row() -> None:
    lines = page().splitlines()
    assert all(any(row.why in line and row.when in line for line in lines) for row in TABLE)
    assert all(any(one.look_up in line for line in lines) for one in LOOKUPS)


def test_the_numbers_on_the_page_are_those_of_the_code() -> None:
    create, account = LOOKUPS[0], next(one for one in LOOKUPS if one.call.startswith("Account create"))
    assert create.same_key_for == KEY_LIFETIME < timedelta(hours=24)
    assert f"{CLOCK_SKEW.total_seconds() / 60:g} min before" in account.look_up
    assert f"{Settings().absence_confirm.total_seconds() / 60:g} min apart" in create.absent
