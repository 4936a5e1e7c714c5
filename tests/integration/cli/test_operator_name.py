"""The name on record is the process's user, not what its environment claims; and a .env that others read is named."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from cli.operator import operator_cause
from cli.stack.doubts import exposed


def test_nobody_signs_for_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "ceo")
    assert operator_cause().actor == f"operator:{pwd.getpwuid(os.getuid()).pw_name}"


@pytest.mark.parametrize(("mode", "is_named"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_file_of_secrets_that_others_can_read_is_named(tmp_path: Path, mode: int, is_named: bool) -> None:
    path = tmp_path / "settings"
    path.write_text("STRIPE_SECRET_KEY=sk_test_x\n")
    path.chmod(mode)
    found = list(exposed({"HANDWORK_DOTENV": str(path)}))
    assert found == ([f"{path} has mode {mode:04o}, so other users can read its secrets: chmod 600 {path}"] * is_named)
    assert list(exposed({"HANDWORK_DOTENV": "/dev/null"})) == []
