"""What each operation is sent: the same by everybody, and good enough for whoever may."""

from __future__ import annotations

import re
from typing import Any

from tests.integration.web.matrix.table import Row
from tests.integration.web.matrix.world import LATER
from tests.people import JOB, OFFER, PASSWORD

DORA = {"email": "dora@example.com", "password": PASSWORD, "name": "Dora", "role": "client"}
BODIES: dict[str, Any] = {
    "register": DORA,
    "login": {"email": "{frank_email}", "password": PASSWORD},
    "refresh": {"refresh_token": "{refresh_token}"},
    "forgot_password": {"email": "{frank_email}"},
    "reset_password": {"token": "{reset_password}", "password": "another long password"},
    "verify_email": {"token": "{verify_email}"},
    "change_password": {"current_password": PASSWORD, "new_password": "another long password"},
    "deactivate_me": {"password": PASSWORD},
    "edit_me": {"name": "Somebody"},
    "post_job": JOB,
    "edit_job": {"title": "Fix two taps"},
    "invite": {"worker_id": "{dave}"},
    "apply": OFFER,
    "make_offer": {"price_minor": 7_000},
    "write_message": {"text": "At noon?"},
    "read_messages": {"message_id": "{message}"},
    "write_booking_message": {"text": "At noon?"},
    "read_booking_messages": {"message_id": "{booking_message}"},
    "complete_booking": {"note": "Done."},
    "request_changes": {"note": "It still drips."},
    "cancel_booking": {},
    "report_no_show": {},
    "propose_reschedule": {"starts_at": LATER},
    "accept_reschedule": {"reschedule_id": "{reschedule}"},
    "refuse_reschedule": {"reschedule_id": "{reschedule}"},
    "pay": {"booking_id": "{unpaid}"},
    "ask_for_payout_account": {"country": "US"},
    "write_review": {"rating": 5, "text": "Good."},
    "report_review": {"reason": "Not true."},
    "read_all_notifications": {},
    "stripe_webhook": {"id": "evt_1", "type": "charge.succeeded"},
    "stripe_connect_webhook": {"id": "evt_1", "type": "account.updated"},
    "sendgrid_webhook": [{"sg_event_id": "1", "event": "delivered"}],
}


def body_of(operation: str, things: dict[str, str]) -> Any:
    """None for an operation without one."""
    return _filled(BODIES.get(operation), things)


def path_of(row: Row, template: str, things: dict[str, str]) -> str:
    """``template`` is the document's: ``/jobs/{job_id}``."""
    names = re.findall(r"{(\w+)}", template)
    assert len(names) == len(row.things), (row, "its path wants", names)
    return template.format(**{name: things[thing] for name, thing in zip(names, row.things, strict=True)})


def _filled(body: Any, things: dict[str, str]) -> Any:
    if isinstance(body, dict):
        return {key: _filled(value, things) for key, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, things) for value in body]
    return things[body[1:-1]] if isinstance(body, str) and body[:1] == "{" else body
