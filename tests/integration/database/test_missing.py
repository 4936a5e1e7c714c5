"""A database file that is gone is made anew by `up` and `db migrate` alone, and never beside its old log."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.database import DatabaseMissing, open_database
from runtime.migrate import upgrade
from runtime.settings import PROJECT


@pytest.fixture
def gone(tmp_path: Path) -> Path:
    return tmp_path / "handwork.db"


def test_opening_makes_none(gone: Path) -> None:
    with pytest.raises(DatabaseMissing, match=str(gone)):
        open_database(f"sqlite:///{gone}")
    with pytest.raises(DatabaseMissing):
        upgrade(f"sqlite:///{gone}", create=False)
    assert list(gone.parent.iterdir()) == []


def test_migrating_makes_one_unless_the_log_of_the_old_one_is_there(gone: Path) -> None:
    log = gone.with_name("handwork.db-wal")
    log.write_bytes(b"what was committed")
    with pytest.raises(DatabaseMissing, match=log.name):
        upgrade(f"sqlite:///{gone}")
    assert (gone.exists(), log.read_bytes()) == (False, b"what was committed")
    log.unlink()
    upgrade(f"sqlite:///{gone}")
    open_database(f"sqlite:///{gone}").close()


@pytest.mark.parametrize("process", ["web", "workers relay", "workers exporter", "workers webhooks", "beat"])
def test_a_process_ends_with_a_sentence(gone: Path, process: str) -> None:
    given = {
        "DATABASE_URL": f"sqlite:///{gone}",
        "HANDWORK_HOME": str(gone.parent),
        "HANDWORK_DOTENV": os.devnull,
        "JWT_SECRET_KEY": "k" * 32,
        "STRIPE_SECRET_KEY": "sk_test_x",
        "SENDGRID_API_KEY": "SG.x",
        "WEB_PORT": "1",
        "LOG_FORMAT": "json",
    }
    command = [sys.executable, "-m", *process.split()]
    ended = subprocess.run(
        command, env={**os.environ, **given}, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode != 0
    assert f"there is no database at {gone}" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not gone.exists()
