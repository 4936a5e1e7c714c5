"""The commands of the README and of the runbook are run as they stand, and so is the session of the API guide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.stack.stack import Stack
from tests.acceptance.newcomer import newcomer, run
from tests.unit.docs.markdown import PROJECT, Block, blocks

pytestmark = pytest.mark.timeout(400)


def shell(document: str) -> list[Block]:
    """The blocks that a reader may paste."""
    return [block for block in blocks((PROJECT / document).read_text()) if block.language == "sh"]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Nothing is left running."""
    yield newcomer(tmp_path / "home")
    Stack(tmp_path / "home").stop()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A newcomer's stack that runs, for all who do not end it."""
    home = tmp_path_factory.mktemp("running") / "home"
    environment = newcomer(home)
    run("./handwork up --detach", environment)
    yield environment
    said = run("./handwork down", environment)
    Stack(home).stop()
    assert "Ended." in said


def test_the_readme_can_be_followed_from_its_first_command_to_its_last(environment: dict[str, str]) -> None:
    said = run("\n".join(block.text for block in shell("README.md")), environment)
    assert "All is well." in said
    assert '"status":"captured"' in said
    assert '"status":"funded"' in said
    assert "payments.submit" in said
    assert said.rstrip().endswith("Ended.")


def test_the_runbook_s_commands_do_what_it_says(running: dict[str, str]) -> None:
    run("./handwork demo --jobs 5 --rate 20", running)
    said = {block.text: run(block.text, running) for block in shell("docs/operating/runbook.md")}
    assert len(said) >= 10
    everything = "\n".join(said.values())
    assert '"status":"ok"' in everything
    assert "missing_signature" in everything
    assert "No such tasks." in everything
    assert "notifications: paused" in everything
    assert everything.count("verified: ") == 3
    assert run("./handwork queue list", running).count("paused") == 0


def test_the_story_of_the_api_guide_ends_with_a_paid_worker(running: dict[str, str]) -> None:
    said = run("\n".join(block.text for block in shell("docs/guides/api.md")), running)
    told = [
        '"status":"captured"',
        '"status":"funded"',
        '"rounds":2',
        '"payable_minor":10800',
        '"status":"on_hold"',
        '"status":"ready"',
        '"status":"paid"',
        '"paid_minor":10800',
        '"status":"published"',
        '"unread":0',
        '"code":"not_found"',
        "idempotency-replayed: true",
        "304 Not Modified",
        "ratelimit-remaining: 4",
        "missing_signature",
    ]
    assert in_order(said, told) == told
    assert said.count("refresh_token") == 0, "tokens are kept, not shown"


def in_order(text: str, wanted: list[str]) -> list[str]:
    """Those of ``wanted`` that are found one after the other."""
    found, at = [], 0
    for words in wanted:
        at = text.find(words, at)
        if at < 0:
            break
        found.append(words)
    return found
