"""Warn of names in ``.env`` that are similar to a setting's, but not a setting.

They are a warning and not a refusal, because an earlier release must start with a file that has a later release's
settings.  A name that is similar to no setting belongs to another program, and causes no warning.
"""

from __future__ import annotations

from cli.stack.choices import PREFERRED
from runtime.setting_forms import nearest
from runtime.setting_sources import Source
from runtime.settings import Settings

KNOWN = frozenset(
    {*(name.upper() for name in Settings.__struct_fields__), *PREFERRED, "HANDWORK_DOTENV", "HANDWORK_PYTHON"}
)


def misspelt(source: Source) -> list[str]:
    """Return a sentence for each misspelt name."""
    unknown = [name for name in source.values if name not in KNOWN]
    meant = [(name, nearest(name, KNOWN)) for name in unknown]
    return [f"{source.name}: {name} is no setting, so it does nothing; {near} is one" for name, near in meant if near]
