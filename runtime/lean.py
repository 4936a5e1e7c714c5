"""Import this module first in a program that serves: after that no library finds the optional packages that it names.

structlog looks for rich to colour tracebacks, httpx for rich and pygments to have a command line, and Celery for psutil
to debug itself.  No process of the platform uses them, and together they are 5 MB in each.  The command line of the
project does use rich, so it does not import this module.
"""

import sys

UNUSED = ("rich", "pygments", "psutil")

for name in UNUSED:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # documented: the import fails as if it were missing
