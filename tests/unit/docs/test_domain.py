"""The picture of the domain shows the wings that import-linter holds, in their order."""

from __future__ import annotations

import re
import tomllib

from tests.unit.docs.markdown import PROJECT

PICTURE = (PROJECT / "docs" / "concepts" / "domain.md").read_text()


def test_the_picture_has_the_wings_of_the_contract_in_their_order() -> None:
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (wings,) = (each["layers"] for each in contracts if each["name"] == "The wings of the domain import down only")
    layers = [name.strip().removeprefix("domain.") for layer in wings for name in layer.split("|")]
    shown = re.findall(r"^(\w+)  +\S", PICTURE, flags=re.MULTILINE)
    assert shown == layers


def test_every_folder_of_the_domain_is_a_wing() -> None:
    folders = {path.parent.name for path in (PROJECT / "domain").glob("*/__init__.py")}
    assert folders == set(re.findall(r"^(\w+)  +\S", PICTURE, flags=re.MULTILINE))


def test_the_table_names_what_there_is() -> None:
    paths = re.findall(r"`(domain/[\w./]+)`", PICTURE)
    assert len(paths) > 10
    assert [path for path in paths if not (PROJECT / path).exists()] == []
