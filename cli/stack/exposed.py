"""Warn of a ``.env`` that other users of the machine can read, because it contains keys."""

from __future__ import annotations

import stat
from collections.abc import Mapping

from runtime.setting_sources import NO_DOTENV, dotenv_path


def exposed(environ: Mapping[str, str]) -> list[str]:
    """Return a sentence when the group or others may read the file; none when they may not or it is missing."""
    path = dotenv_path(environ)
    if path == NO_DOTENV or not path.is_file():
        return []
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & (stat.S_IRGRP | stat.S_IROTH):
        return []
    return [f"{path} has mode {mode:04o}, so other users can read its secrets: chmod 600 {path}"]
