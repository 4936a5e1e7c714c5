"""Each decision is one page with its four headings, numbered without gaps, and listed."""

import re
from pathlib import Path

import pytest

from tests.unit.docs.markdown import PROJECT, links, section

FOLDER = PROJECT / "docs/decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))
HEADINGS = ["## Context", "## Decision", "## Why", "## Consequences"]


def test_they_are_numbered_without_gaps() -> None:
    assert [page.name[:5] for page in PAGES] == [f"{n:04}-" for n in range(1, len(PAGES) + 1)]
    assert len(PAGES) >= 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_it_is_one_page_with_four_headings(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.findall(r"^## .+$", text, re.MULTILINE) == HEADINGS
    assert all(len(section(text, heading).strip()) > 80 for heading in HEADINGS)
    assert text.count("\n") <= 70


def test_they_are_listed_in_their_order() -> None:
    assert links((FOLDER / "README.md").read_text()) == [page.name for page in PAGES]
