"""Every relative link leads somewhere, to the heading that it names, and the index has every page of the four parts."""

import re
from pathlib import Path

import pytest

from tests.unit.docs.markdown import PROJECT, anchors, documents, links

DOCUMENTS = documents()
PARTS = ("concepts", "guides", "operating", "reference")


def test_the_documents_that_a_newcomer_looks_for_are_there() -> None:
    names = {str(path.relative_to(PROJECT)) for path in DOCUMENTS}
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/operating/runbook.md"} <= names
    assert (PROJECT / "LICENSE").read_text().startswith("MIT License")


def test_every_page_of_the_four_parts_is_in_the_index_once() -> None:
    folder = PROJECT / "docs"
    pages = [
        str(path.relative_to(folder))
        for part in PARTS
        for path in (folder / part).iterdir()
        if path.suffix in (".md", ".json")
    ]
    lines = re.findall(r"^- \[[^\]]+\]\(([^)]+)\): ", (folder / "README.md").read_text(), re.MULTILINE)
    assert sorted(line for line in lines if not line.startswith("decisions/")) == sorted(pages)
    assert {path.parent.name for path in DOCUMENTS if folder in path.parents} == {"docs", "decisions", *PARTS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_relative_link_resolves(document: Path) -> None:
    text = document.read_text()
    broken = [
        link
        for link in links(text)
        if not link.startswith(("http:", "https:", "mailto:")) and is_broken(link, document)
    ]
    assert broken == []


def is_broken(link: str, document: Path) -> bool:
    name, _, fragment = link.partition("#")
    target = document.parent / name if name else document
    if not target.exists():
        return True
    return bool(fragment) and fragment not in anchors(target.read_text())


def test_a_broken_link_would_be_found() -> None:
    readme = PROJECT / "README.md"
    assert is_broken("docs/nothing.md", readme)
    assert is_broken("docs/operating/runbook.md#nothing", readme)
    assert not is_broken("docs/operating/runbook.md#not-yet", readme)
