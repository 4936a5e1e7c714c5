"""The commands of the README and of the runbook are run as they stand, each against a stack of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.stack.choices import PREFERRED
from cli.stack.ports import any_free
from cli.stack.stack import Stack
from runtime.settings import Settings
from tests.unit.docs.markdown import PROJECT, Block, blocks

pytestmark = pytest.mark.timeout(400)
OURS = {name.upper() for name in Settings.__struct_fields__} | PREFERRED.keys()


def shell(document: str) -> list[Block]:
    """The blocks that a reader may paste."""
    return [block for block in blocks((PROJECT / document).read_text()) if block.language == "sh"]


def run(script: str, environment: dict[str, str]) -> str:
    """What it printed; a failure shows all of it."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A newcomer's: no settings, an empty data folder, ports that nobody else has; nothing is left running."""
    ports: dict[str, str] = {}
    for name in PREFERRED:
        ports[name] = str(any_free([int(port) for port in ports.values()]))
    yield {
        **{name: value for name, value in os.environ.items() if name not in OURS},
        **ports,
        "HANDWORK_HOME": str(tmp_path / "home"),
        "HANDWORK_DOTENV": "/dev/null",
        "API": f"http://127.0.0.1:{ports['WEB_PORT']}",
        "COLUMNS": "160",
    }
    Stack(tmp_path / "home").stop()


def test_the_readme_can_be_followed_from_its_first_command_to_its_last(environment: dict[str, str]) -> None:
    said = run("\n".join(block.text for block in shell("README.md")), environment)
    assert "All is well." in said
    assert '"status":"captured"' in said
    assert '"status":"funded"' in said
    assert "payments.submit" in said
    assert said.rstrip().endswith("Ended.")


def test_the_runbook_s_commands_do_what_it_says(environment: dict[str, str]) -> None:
    run("./handwork up --detach", environment)
    run("./handwork demo --jobs 5 --rate 20", environment)
    said = {block.text: run(block.text, environment) for block in shell("docs/runbook.md")}
    assert len(said) >= 10
    everything = "\n".join(said.values())
    assert '"status":"ok"' in everything
    assert "missing_signature" in everything
    assert "No such tasks." in everything
    assert "notifications: paused" in everything
    assert everything.count("verified: ") == 3
    assert run("./handwork queue list", environment).count("paused") == 0
    assert "Ended." in run("./handwork down", environment)
