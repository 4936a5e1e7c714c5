"""The page of life cycles has every status, its diagrams are the transition tables, and its times are the code's."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from importlib import import_module
from typing import get_type_hints

import pytest

from beat.schedules import SCHEDULES
from domain.platform.inbox.states import EventOutcome
from domain.platform.outbox.states import AttemptOutcome, TaskStatus
from runtime.settings import Settings
from tasks.app import app
from tests.unit.docs.markdown import PROJECT, blocks, codes, section
from tests.unit.domain.test_state_tables import TABLES

PAGE = (PROJECT / "docs/concepts/life.md").read_text()
WITHOUT_TABLE: dict[str, type[StrEnum]] = {"task": TaskStatus, "attempt": AttemptOutcome, "event": EventOutcome}
STATUSES = {noun: statuses for noun, (statuses, _) in TABLES.items()} | WITHOUT_TABLE
SECONDS = {"s": 1, "min": 60, "h": 3_600, "days": 86_400}
DEADLINE = re.compile(r"^\| (\d+) (s|min|h|days) \| .+ \| `([\w.]+)` \|$", re.MULTILINE)
DEADLINES = DEADLINE.findall(section(PAGE, "## Deadlines"))


def chapter(noun: str) -> str:
    return section(PAGE, f"## {noun.capitalize()}")


def rows(text: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)


@pytest.mark.parametrize("noun", sorted(STATUSES))
def test_every_status_has_a_row_in_the_order_of_the_code(noun: str) -> None:
    assert rows(chapter(noun)) == [status.value for status in STATUSES[noun]]


@pytest.mark.parametrize("noun", sorted(TABLES))
def test_the_diagram_is_the_table_of_transitions(noun: str) -> None:
    statuses, table = TABLES[noun]
    (diagram,) = [block.text for block in blocks(chapter(noun)) if block.language == "mermaid"]
    lines = diagram.splitlines()[1:]
    arrows = [found.groups() for line in lines if (found := re.fullmatch(r" +(\S+) --> (\S+?)(?:: .+)?", line))]
    assert len(arrows) == len(lines)
    assert len(set(arrows)) == len(arrows)
    inner = {(before, after) for before, after in arrows if "[*]" not in (before, after)}
    assert inner == {(before.value, after.value) for before, targets in table.items() for after in targets}
    assert ("[*]", next(iter(statuses)).value) in arrows
    ends = {before for before, after in arrows if after == "[*]"}
    assert ends == {status.value for status, targets in table.items() if not targets}


def test_every_file_of_statuses_is_on_the_page() -> None:
    without_life = {"domain/identity/links/states.py"}  # the purposes of links
    files = {str(path.relative_to(PROJECT)) for path in (PROJECT / "domain").rglob("states.py")}
    assert files - without_life <= set(codes(PAGE))


def test_every_chapter_is_of_a_noun() -> None:
    chapters = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert sorted(chapters) == sorted([*(noun.capitalize() for noun in STATUSES), "Deadlines"])


def test_the_times_are_those_of_the_code() -> None:
    table = section(PAGE, "## Deadlines")
    assert len(DEADLINES) == table.count("\n| ") - 1 > 15
    said = {name: timedelta(seconds=int(count) * SECONDS[unit]) for count, unit, name in DEADLINES}
    assert said == {name: time_of(name) for name in said}


def test_the_settings_tasks_and_schedules_on_the_page_are_there() -> None:
    named = set(codes(PAGE))
    settings = {name for name in named if re.fullmatch(r"[A-Z][A-Z_]+", name)}
    tasks = {name for name in named if re.fullmatch(r"[a-z_]+\.[a-z_]+", name)}
    schedules = {name for name in named if re.fullmatch(r"[a-z]+(-[a-z]+)+", name)}
    assert settings <= {name.upper() for name in get_type_hints(Settings)}
    assert tasks <= set(app.tasks) | {"states.py"}
    assert schedules <= {schedule.name for schedule in SCHEDULES}
    assert min(len(settings), len(tasks), len(schedules)) > 4


def time_of(name: str) -> timedelta:
    """The default of a setting, whose unit is the end of its name, or a constant by its dotted name."""
    if "." in name:
        module, _, constant = name.rpartition(".")
        found: timedelta = getattr(import_module(module), constant)
        return found
    unit = {"S": "seconds", "MS": "milliseconds", "DAYS": "days"}[name.rpartition("_")[2]]
    return timedelta(**{unit: getattr(Settings(), name.lower())})
