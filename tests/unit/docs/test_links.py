"""Every relative link leads somewhere, to the heading that it names."""

from pathlib import Path

import pytest

from tests.unit.docs.markdown import PROJECT, anchors, documents, links

DOCUMENTS = documents()


def test_the_documents_that_a_newcomer_looks_for_are_there() -> None:
    names = {str(path.relative_to(PROJECT)) for path in DOCUMENTS}
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/operating/runbook.md"} <= names
    assert (PROJECT / "LICENSE").read_text().startswith("MIT License")


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
