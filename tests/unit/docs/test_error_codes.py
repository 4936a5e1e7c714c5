"""``docs/reference/errors.md`` lists every code that the source can answer with; ``openapi.json`` is what is served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import DomainError
from tests.problems import CODES
from tests.unit.docs.markdown import PROJECT
from web import documents, problems
from web.error_codes import BY_THE_FRAMEWORK, STATUSES, Code, Unclear, found

WRITE_THEM = "run ./handwork openapi"


def test_the_list_of_codes_is_what_the_source_says() -> None:
    assert (PROJECT / "docs/reference/errors.md").read_text() == documents.errors_markdown(), WRITE_THEM
    assert {each.code for each in found()} == CODES


def test_the_description_is_what_the_routes_say() -> None:
    kept = json.loads((PROJECT / "docs/reference/openapi.json").read_text())
    served = json.loads(documents.openapi_json())
    drifted = sorted(
        path for path in {*kept["paths"], *served["paths"]} if kept["paths"].get(path) != served["paths"].get(path)
    )
    assert not drifted, WRITE_THEM
    assert kept == served, WRITE_THEM


def test_a_code_has_one_status_and_says_something() -> None:
    codes = found()
    assert len({each.code for each in codes}) == len(codes) > 50
    assert [each.code for each in codes if not each.says] == []


def test_every_error_of_ours_is_looked_for() -> None:
    def below(kind: type[DomainError]) -> Iterator[str]:
        for each in kind.__subclasses__():
            yield each.__name__
            yield from below(each)

    assert set(below(DomainError)) <= set(STATUSES)
    assert set(BY_THE_FRAMEWORK) == {*problems.CODES.values(), problems.OTHERWISE}


def look_at(root: Path, text: str) -> list[Code]:
    (root / "domain").mkdir()
    (root / "domain" / "verb.py").write_text(text)
    return [each for each in found(root) if each.code not in BY_THE_FRAMEWORK]


def test_a_code_is_found_wherever_it_is_raised(tmp_path: Path) -> None:
    text = """
def one(status):
    def two():
        said = f"It is {status}."
        code = "not_now" if status else "never"
        raise errors.Conflict(code, said)
    raise Invalid("low" if status else "high", "No.", "amount") from None
async def three():
    return TooMany("often", "Later.", 5)
"""
    assert look_at(tmp_path, text) == [
        Code("high", 422, ("No.",)),
        Code("low", 422, ("No.",)),
        Code("never", 409, ("It is ….",)),
        Code("not_now", 409, ("It is ….",)),
        Code("often", 429, ("Later.",)),
    ]


def test_a_code_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unclear, match=r"domain/verb.py:2: the code code is not a string"):
        look_at(tmp_path, 'def one(code):\n    raise Conflict(code, "No.")\n')
