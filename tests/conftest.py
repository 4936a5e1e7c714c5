"""The browser of every ring's tests, and Hypothesis without a judgement by time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.browser import Browser
from tests.debian import NoProgram, find

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture
def browser() -> Iterator[Browser]:
    """An empty page in a Chromium of the test's own; the test is skipped where Chromium cannot be had."""
    try:
        chromium = find("chromium")
    except NoProgram as reason:
        pytest.skip(str(reason))
    with Browser(chromium) as opened:
        yield opened
