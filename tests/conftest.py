"""The browser of every ring's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import Browser
from tests.debian import NoProgram, find


@pytest.fixture
def browser() -> Iterator[Browser]:
    """An empty page in a Chromium of the test's own; the test is skipped where Chromium cannot be had."""
    try:
        chromium = find("chromium")
    except NoProgram as reason:
        pytest.skip(str(reason))
    with Browser(chromium) as opened:
        yield opened
