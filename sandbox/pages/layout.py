"""Render the frame of every page, and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Annotated, NamedTuple

from litestar import MediaType, Response
from litestar.enums import RequestEncodingType
from litestar.params import Body

PLACES = (("/", "Sandbox"), ("/payments", "Payments"), ("/refunds", "Refunds"), ("/accounts", "Accounts"),
          ("/sandbox/inbox", "Inbox"), ("/faults", "Faults"))  # fmt: skip
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
NOT_FRAMED = {"content-security-policy": "frame-ancestors 'none'"}
"""For pages whose form leads away from the sandbox, which ``POLICY`` would block.  No page may frame them, so that none
can steal their clicks."""
HEAD = (
    """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sandbox</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:1rem auto;padding:0 1rem;color:#222}
nav{border-bottom:1px solid #ddd;padding-bottom:.5rem}nav a{margin-right:1rem}a{color:#14507a}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #ddd;
vertical-align:top;overflow-wrap:anywhere}code{background:#f4f4f4;padding:0 .2rem}h2{margin-top:2rem}
button,input,select{font:inherit;padding:.2rem .5rem}label{display:inline-block;margin:.2rem .8rem .2rem 0}
</style>
"""
    + "<nav>"
    + "".join(f'<a href="{path}">{name}</a>' for path, name in PLACES)
    + "</nav>"
)

FORM = Body(media_type=RequestEncodingType.URL_ENCODED)
Form = Annotated[dict[str, str], FORM]


class Link(NamedTuple):
    """A cell of a table with a link."""

    text: str
    href: str

    def __str__(self) -> str:
        return f'<a href="{escape(self.href)}">{escape(self.text)}</a>'


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; all cells are escaped except a ``Link``."""
    head = "".join(f"<th>{escape(name)}" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}" for cell in row) for row in rows)
    return f"<table><tr>{head}{body}</table>" if body else "<p>None."


def respond(body: str, status: int = 200, referrer: str = "same-origin") -> Response[str]:
    """Return a page that runs no script and loads no resource.

    The browser sends the page's address to its own origin only.  Without any referrer, browsers would send
    ``Origin: null`` with its forms, and the guard would refuse them.
    """
    headers = {"content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": referrer}
    return Response(HEAD + body, media_type=MediaType.HTML, status_code=status, headers=headers)


def when(seconds: int) -> str:
    """Return seconds since 1970 as a time in UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"


def amount(thing: dict[str, object]) -> str:
    return f"{thing['amount']} {thing['currency']}"


def _cell(cell: object) -> str:
    return str(cell) if isinstance(cell, Link) else escape("" if cell is None else str(cell))
