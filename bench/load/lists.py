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

import msgspec

PIECE = "\x1e"
"""Between two pieces of a template; no header and no JSON text of ours contains it."""


@dataclass(frozen=True, slots=True)
class RequestList:
    """Two files.  ``again``: start over at the end, for servers that remember nothing."""

    template: Path
    lines: Path
    again: bool


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


def jobs(folder: Path, name: str, *, times: int | None = None) -> RequestList:
    """The newest page of what is open, which anybody may see; over and over, or so many times."""
    lines: list[tuple[()]] = [()] * (times or 1)
    return write_list(folder, name, head("GET", "/jobs?status=open&limit=20"), lines, again=times is None)


def payments(
    folder: Path, name: str, orders: Iterable[tuple[str, str, str]], *, booking_id_length: int, again: bool = False
) -> RequestList:
    """``orders``: booking id, idempotency key, its client's token."""
    body = _payment_body(PIECE)
    length = len(_payment_body("b" * booking_id_length))
    template = (
        head(
            "POST",
            "/payments",
            f"Authorization: Bearer {PIECE}",
            f"Idempotency-Key: {PIECE}",
            "Content-Type: application/json",
            f"Content-Length: {length}",
        )
        + body
    )

    def lines() -> Iterator[tuple[str, str, str]]:
        for booking_id, key, token in orders:
            if len(booking_id) != booking_id_length:
                raise ValueError(f"{booking_id!r} is not {booking_id_length} characters long")
            yield token, key, booking_id

    return write_list(folder, name, template, lines(), again=again)


def _payment_body(booking_id: str) -> str:
    return f'{{"booking_id":"{booking_id}","provider":"stripe","payment_method":"pm_card_visa"}}'


def webhooks(
    folder: Path, name: str, event_ids: Iterable[str], *, secret: str, signed_at: int, again: bool = False
) -> RequestList:
    """Events signed as Stripe signs, all at ``signed_at`` (seconds since 1970); the ids must be equally long."""
    before, after = event_body(PIECE, signed_at).split(PIECE)
    start = f"{signed_at}.{before}".encode()
    end = after.encode()
    base = hmac.new(secret.encode(), start, hashlib.sha256)

    def lines() -> Iterator[tuple[str, str]]:
        for event_id in event_ids:
            if len(event_id) != EVENT_ID_LENGTH:
                raise ValueError(f"{event_id!r} is not {EVENT_ID_LENGTH} characters long")
            mac = base.copy()
            mac.update(event_id.encode() + end)
            yield mac.hexdigest(), event_id

    template = (
        head(
            "POST",
            "/webhooks/stripe",
            f"Stripe-Signature: t={signed_at},v1={PIECE}",
            "Content-Type: application/json; charset=utf-8",
            f"Content-Length: {len(before) + EVENT_ID_LENGTH + len(after)}",
        )
        + before
        + PIECE
        + after
    )
    return write_list(folder, name, template, lines(), again=again)


EVENT_ID_LENGTH = 28


def event_body(event_id: str, created: int) -> str:
    """A ``payment_intent.succeeded`` as long as Stripe's own, indented as Stripe indents."""
    intent = {
        "id": "pi_3PfkQw2eZvKYlo2C1a2b3c4d",
        "object": "payment_intent",
        "amount": 12_500,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 12_500,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": "pi_3PfkQw2eZvKYlo2C1a2b3c4d_secret_3d2c1b0a",
        "confirmation_method": "automatic",
        "created": created,
        "currency": "usd",
        "customer": None,
        "description": "Booking",
        "last_payment_error": None,
        "latest_charge": "ch_3PfkQw2eZvKYlo2C1a2b3c4d",
        "livemode": False,
        "metadata": {"payment_id": "pay_0000000000000000000000000", "booking_id": "bkg_0000000000000000000000000"},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": "pm_1PfkQw2eZvKYlo2C1a2b3c4d",
        "payment_method_options": {"card": {"installments": None, "network": None, "request_three_d_secure": "any"}},
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }
    event = {
        "id": event_id,
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": created,
        "data": {"object": intent},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": "req_a1b2c3d4e5f6g7", "idempotency_key": "pay_0000000000000000000000000:1"},
        "type": "payment_intent.succeeded",
    }
    # msgspec would escape the mark between the pieces; the id goes in afterwards.
    text = msgspec.json.format(msgspec.json.encode({**event, "id": "EVENT"}), indent=2).decode()
    return text.replace('"EVENT"', f'"{event_id}"', 1)
