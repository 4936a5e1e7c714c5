"""A new queue with a process of its own is one line of code: everything that counts processes finds it there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from domain.platform.queues import POOLS
from tests.unit.docs.markdown import PROJECT

LINE = '    "reports": Pool(("reports",), "threads", 2),\n'
PACKAGES = ("beat", "cli", "domain", "gateways", "migrations", "runtime", "tasks", "web", "workers", "tests")
ASK = """
import json
from pathlib import Path
from cli.demo.chaos import KINDS
from cli.stack.connections import NEEDED
from cli.stack.programs import CELERY_WORKERS
from tests.drills import hunter
from web.routes.health import BEATING
from workers.relay.rounds import QUEUES
from workers.flower import QUEUES as SHOWN
print(json.dumps({
    "the relay": "reports" in QUEUES,
    "Flower": "reports" in SHOWN,
    "health": "worker-reports" in BEATING,
    "the demo's chaos": "worker-reports" in KINDS,
    "the chaos drill": "worker-reports" in hunter.KINDS,
    "the local stack": "worker-reports" in CELERY_WORKERS,
    "connections": "worker-reports" in NEEDED,
}))
"""


def test_everything_finds_a_queue_that_is_one_line(tmp_path: Path) -> None:
    for name in PACKAGES:
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    table = tmp_path / "domain" / "platform" / "queues.py"
    last = '    "maintenance": Pool('
    text = table.read_text()
    assert text.count(last) == 1
    table.write_text(text.replace(last, LINE + last))
    asked = subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    assert [who for who, knows in json.loads(asked.stdout).items() if not knows] == []
    assert "reports" not in POOLS, "the copy was asked, not the project"
