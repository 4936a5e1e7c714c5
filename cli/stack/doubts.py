"""Warn of names in ``.env`` that are similar to a setting's, and of a ``.env`` that other users can read."""

from __future__ import annotations

from collections.abc import Mapping

from cli.stack.exposed import exposed
from cli.stack.misspelt import misspelt
from runtime.setting_sources import SettingsError, dotenv_source


def doubts(environ: Mapping[str, str]) -> list[str]:
    """Return a sentence for each doubt; none for an unreadable file, which the settings refuse."""
    try:
        return [*misspelt(dotenv_source(environ)), *exposed(environ)]
    except (SettingsError, OSError):
        return []
