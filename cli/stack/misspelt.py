"""Names in ``.env`` that are close to one of ours and are none.

They are a warning and not a refusal: the release before must start with a file in which the next one has named
something new.  A name that is like none of ours is somebody else's, and nothing is said.
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
    """A sentence for each."""
    unknown = [name for name in source.values if name not in KNOWN]
    meant = [(name, nearest(name, KNOWN)) for name in unknown]
    return [f"{source.name}: {name} is no setting, so it does nothing; {near} is one" for name, near in meant if near]
