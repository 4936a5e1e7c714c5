"""``.env.example`` lists every setting with its default, and nothing else."""

import re
from typing import get_type_hints

import msgspec

from cli.stack.choices import PREFERRED
from runtime.settings import Settings, load
from tests.unit.docs.markdown import PROJECT

TEXT = (PROJECT / ".env.example").read_text()
OF_UP_ALONE = {name: str(port) for name, port in PREFERRED.items() if name.lower() not in get_type_hints(Settings)}


def listed() -> dict[str, str]:
    return dict(re.findall(r"^# ([A-Z][A-Z_0-9]*)=(.*)$", TEXT, re.MULTILINE))


def test_every_setting_is_listed_with_its_default() -> None:
    defaults = {name.upper(): str(value) for name, value in msgspec.structs.asdict(Settings()).items()}
    assert listed() == defaults | OF_UP_ALONE


def test_each_is_explained() -> None:
    explained = [paragraph for paragraph in TEXT.split("\n\n") if re.search(r"^# [A-Z_0-9]+=", paragraph, re.MULTILINE)]
    assert all(re.match(r"# [A-Za-z0-9_`…:, ]+ ?", p) and not re.match(r"# [A-Z_0-9]+=", p) for p in explained)


def test_an_unchanged_copy_changes_nothing() -> None:
    assert all(not line or line.startswith("#") for line in TEXT.splitlines())


def test_its_values_are_accepted() -> None:
    assert load(listed()) == Settings()
