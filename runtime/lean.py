"""Hide the packages of ``UNUSED`` from all later imports.  A server program imports this module first.

structlog imports rich to colour tracebacks, httpx imports rich and pygments for its command line, and Celery imports
psutil to debug itself.  No server process uses these packages, and together they take 5 MB of each.  The project's
command line uses rich, so it does not import this module.
"""

import sys

UNUSED = ("rich", "pygments", "psutil")

for name in UNUSED:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # documented: the import fails as if it were missing
