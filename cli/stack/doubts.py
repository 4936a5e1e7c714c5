"""Warn of names in ``.env`` that are similar to a setting's, and of a ``.env`` that other users can read."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping

from cli.stack.choices import PREFERRED
from runtime.setting_forms import nearest
from runtime.setting_sources import NO_DOTENV, SettingsError, Source, dotenv_path, dotenv_source
from runtime.settings import VARIABLES

KNOWN = VARIABLES | PREFERRED.keys() | {"HANDWORK_DOTENV", "HANDWORK_PYTHON"}


def doubts(environ: Mapping[str, str]) -> list[str]:
    """Return a sentence for each doubt; none for an unreadable file, which the settings refuse."""
    try:
        return [*misspelt(dotenv_source(environ)), *exposed(environ)]
    except (SettingsError, OSError):
        return []


def misspelt(source: Source) -> Iterator[str]:
    """Yield a sentence for each name that is similar to a setting's, but not a setting.

    It is a warning and not a refusal, because an earlier release must start with a file that has a later release's
    settings.  A name that is similar to no setting belongs to another program.
    """
    for name in source.values:
        if name not in KNOWN and (near := nearest(name, KNOWN)):
            yield f"{source.name}: {name} is no setting, so it does nothing; {near} is one"


def exposed(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence when the group or others may read ``.env``, which contains keys."""
    path = dotenv_path(environ)
    if path == NO_DOTENV or not path.is_file():
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        yield f"{path} has mode {mode:04o}, so other users can read its secrets: chmod 600 {path}"
