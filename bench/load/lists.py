"""Lists of requests, made before the clock starts, so that the driver only copies bytes.

A template is one raw HTTP request cut where the requests differ; a line gives what goes into the cuts.
The bodies of a list are all equally long, so that the template can say their length.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.load.event import EVENT_ID_LENGTH, event_body

PIECE = "\x1e"
"""Between two pieces of a template; no header and no JSON text of ours contains it."""
TEMPLATE = "\x1d"
"""Between two templates of a list whose lines begin with the number of theirs; just as rare."""


@dataclass(frozen=True, slots=True)
class RequestList:
    """Two files.  ``again``: start over at the end, for servers that remember nothing."""

    template: Path
    lines: Path
    again: bool

    def delete(self) -> None:
        self.template.unlink()
        self.lines.unlink()


def write_list(folder: Path, name: str, template: str, lines: Iterable[Sequence[str]], *, again: bool) -> RequestList:
    """``ValueError`` when a line does not fill the template's cuts, or there is no line."""
    cuts = template.count(PIECE)
    folder.mkdir(parents=True, exist_ok=True)
    made = RequestList(folder / f"{name}.template", folder / f"{name}.lines", again)
    made.template.write_bytes(template.encode())
    count = 0
    with made.lines.open("w") as file:
        for line in lines:
            if len(line) != cuts:
                raise ValueError(f"the template of {name} has {cuts} cuts, a line has {len(line)} fields")
            file.write("\t".join(line) + "\n")
            count += 1
    if not count:
        raise ValueError(f"the list {name} is empty")
    return made


def head(method: str, path: str, *headers: str) -> str:
    """The request up to its body; the host does not matter to any of the servers."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json", *headers]
    return "\r\n".join(lines) + "\r\n\r\n"


def first_page(folder: Path, name: str, *, times: int | None = None) -> RequestList:
    """The newest page of what is open, which anybody may see; over and over, or so many times."""
    lines: list[tuple[()]] = [()] * (times or 1)
    return write_list(folder, name, head("GET", "/jobs?status=open&limit=20"), lines, again=times is None)


def payments(
    folder: Path, name: str, orders: Iterable[tuple[str, str, str]], *, booking_id_length: int, again: bool = False
) -> RequestList:
    """``orders``: booking id, idempotency key, its client's token."""
    body = f'{{"booking_id":"{PIECE}","provider":"stripe","payment_method":"pm_card_visa"}}'
    kind, length = "Content-Type: application/json", len(body) - 1 + booking_id_length
    who = (f"Authorization: Bearer {PIECE}", f"Idempotency-Key: {PIECE}")
    template = head("POST", "/payments", *who, kind, f"Content-Length: {length}") + body

    def lines() -> Iterator[tuple[str, str, str]]:
        for booking_id, key, token in orders:
            if len(booking_id) != booking_id_length:
                raise ValueError(f"{booking_id!r} is not {booking_id_length} characters long")
            yield token, key, booking_id

    return write_list(folder, name, template, lines(), again=again)


def webhooks(
    folder: Path, name: str, event_ids: Iterable[str], *, secret: str, signed_at: int, again: bool = False
) -> RequestList:
    """Events signed as Stripe signs, all at ``signed_at`` (seconds since 1970); the ids must be equally long."""
    before, after = event_body(PIECE, signed_at).split(PIECE)
    base = hmac.new(secret.encode(), f"{signed_at}.{before}".encode(), hashlib.sha256)

    def lines() -> Iterator[tuple[str, str]]:
        for event_id in event_ids:
            if len(event_id) != EVENT_ID_LENGTH:
                raise ValueError(f"{event_id!r} is not {EVENT_ID_LENGTH} characters long")
            mac = base.copy()
            mac.update(f"{event_id}{after}".encode())
            yield mac.hexdigest(), event_id

    signature = f"Stripe-Signature: t={signed_at},v1={PIECE}"
    kind, length = "Content-Type: application/json; charset=utf-8", len(before) + EVENT_ID_LENGTH + len(after)
    template = head("POST", "/webhooks/stripe", signature, kind, f"Content-Length: {length}")
    return write_list(folder, name, f"{template}{before}{PIECE}{after}", lines(), again=again)
