"""The database and its copies are for their owner's eyes: they hold names, addresses and password hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from runtime.database import open_database
from runtime.database.upkeep import backup
from runtime.migrate import revisions, upgrade
from runtime.settings import PROJECT


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_file_its_log_and_its_backup_are_private(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'handwork.db'}"
    upgrade(url)
    database = open_database(url)
    copy = backup(url, tmp_path / "copies" / "copy.db")
    assert copy is not None
    files = {path.name: mode(path) for path in [*tmp_path.glob("handwork.db*"), copy]}
    database.close()
    assert {"handwork.db", "handwork.db-wal", "copy.db"} <= files.keys()
    assert {name: m for name, m in files.items() if m != 0o600} == {}


def test_alembics_own_command_line_migrates_the_database_of_the_settings(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'handwork.db'}"
    env = {**os.environ, "DATABASE_URL": url, "HANDWORK_HOME": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    for _ in range(2):
        subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=PROJECT, env=env, check=True)
    current, head = revisions(url)
    assert current == head
