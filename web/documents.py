"""Generate documents from the code: ``python -m web.documents openapi|errors`` writes one to stdout.

``handwork openapi`` writes the copies in ``docs/reference/``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from litestar import Litestar

from web import error_codes, openapi
from web.app import ROUTES
from web.bodies import ApiRequest

HEAD = """\
# Error codes

Every refusal is a problem (RFC 9457, `application/problem+json`): `status`, `title`, `code`, `detail`,
`correlation_id`, and `errors` where fields or parameters are at fault: each with `field`, `code`, `detail`, and
`pointer` into the body, which is null for a parameter or a header. Programs go by `code`, which never changes its
meaning; `detail` is for people and may change. `409` means: the status does not allow this, or somebody was
faster; read the resource again. `429` and `503` carry `Retry-After`.

The production proxy itself sends `body_too_large` (413), `too_many_requests` (429), `backend_unreachable`
(502) and `backend_timeout` (504). After the last two the platform may have done what was asked.

This page is made of the code by `./handwork openapi`; … stands for what is filled in.

| code | status | says |
|---|---|---|
"""


def described() -> dict[str, Any]:
    """Return the OpenAPI document that the server serves, without a server."""
    app = Litestar(
        [*ROUTES],
        request_class=ApiRequest,
        openapi_config=openapi.config(),
        response_headers=[openapi.CORRELATION],
    )
    openapi.complete(app)
    return app.openapi_schema.to_schema()


def openapi_json() -> str:
    return json.dumps(described(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def errors_markdown() -> str:
    rows = (f"| `{each.code}` | {each.status} | {' / '.join(each.says)} |" for each in error_codes.found())
    return HEAD + "\n".join(row.replace("\n", " ") for row in rows) + "\n"


DOCUMENTS = {"openapi": openapi_json, "errors": errors_markdown}


if __name__ == "__main__":
    sys.stdout.write(DOCUMENTS[sys.argv[1]]())
