"""The sandbox answers as SendGrid does: its statuses, sentences and fields; the inbox; signed events; faults."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateways.sendgrid.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify
from tests.sandbox_process import SandboxProcess
from tests.sendgrid_webhooks import PUBLIC_KEY
from tests.webhook_receiver import Received, WebhookReceiver

TEXT, HTML = {"type": "text/plain", "value": "Hello"}, {"type": "text/html", "value": "<p>Hello</p>"}


def mail(*to: str, **changes: Any) -> dict[str, Any]:
    people = [{"to": [{"email": address} for address in to or ("alice@example.com",)]}]
    body = {
        "personalizations": people,
        "from": {"email": "hello@handwork.test"},
        "subject": "Hello",
        "content": [TEXT, HTML],
        "custom_args": {"delivery_id": "dlv_1"},
    }
    return {k: v for k, v in {**body, **changes}.items() if v is not None}


def post(sandbox: SandboxProcess, body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"authorization": f"Bearer {sandbox.sendgrid_key}", "content-type": "application/json", **headers}
    return httpx.post(f"{sandbox.url}/v3/mail/send", content=content, headers=sent, trust_env=False, timeout=10)


def test_what_is_taken_is_202_with_an_id_and_no_body(sandbox: SandboxProcess) -> None:
    answer = post(sandbox, mail())
    assert (answer.status_code, answer.content) == (202, b"")
    (found,) = sandbox.mails()
    assert found["id"] == answer.headers["x-message-id"]
    assert (found["to"], found["subject"], found["text"], found["html"]) == (
        "alice@example.com",
        "Hello",
        "Hello",
        "<p>Hello</p>",
    )


REFUSED: list[tuple[Any, str | None, str]] = [
    (b"{", None, "Bad Request"),
    (b"[]", None, "Bad Request"),
    (b"\xff", None, "Bad Request"),
    (b"[" * 50_000, None, "Bad Request"),
    (mail(personalizations=None), "personalizations", "The personalizations field is required"),
    (mail(personalizations=[]), "personalizations", "The personalizations field is required"),
    (mail(personalizations=[{"to": [{"email": "a@b.example"}]}] * 1001), "personalizations", "limited to 1000"),
    (mail(personalizations=[{}]), "personalizations.0.to", "The to array is required"),
    (mail("nobody"), "personalizations.0.to.0.email", "Does not contain a valid address."),
    (mail("a@b.example\r\nBcc: c@d.example"), "personalizations.0.to.0.email", "Does not contain a valid address."),
    (mail("a@b.example", "A@b.example"), "personalizations.0", "Each email address in the personalization block"),
    (mail(**{"from": None}), "from.email", "The from object must be provided"),
    (mail(**{"from": {"email": "x"}}), "from.email", "Does not contain a valid address."),
    (mail(**{"from": {"email": "a@b.example", "name": "A\nBcc: x"}}), "from.name", "one line"),
    (mail(subject=None), "subject", "The subject is required."),
    (mail(subject="Hello\r\nBcc: eve@example.com"), "subject", "one line"),
    (mail(content=None), "content", "the content parameter is required"),
    (mail(content=[{"type": "text/plain", "value": ""}]), "content.0.value", "at least one character"),
    (mail(content=[TEXT, TEXT]), "content", "may only be provided once"),
    (mail(content=[HTML, TEXT]), None, "text/plain must be first"),
    (mail(custom_args={"n": 1}), "custom_args", "must be strings"),
    (mail(custom_args={"n": "x" * 10_001}), "custom_args", "10000 bytes"),
    (mail(attachments=[]), "attachments", "The sandbox does not model attachments."),
    (mail(nonsense=1), "nonsense", "Additional property nonsense is not allowed"),
]


@pytest.mark.parametrize(("body", "field", "words"), REFUSED)
def test_what_is_wrong_is_said_as_sendgrid_says_it(
    sandbox: SandboxProcess, body: Any, field: str | None, words: str
) -> None:
    answer = post(sandbox, body)
    (problem,) = answer.json()["errors"]
    assert (answer.status_code, problem["field"]) == (400, field)
    assert words in problem["message"]
    assert sandbox.mails() == []


def test_keys_types_sizes_and_paths(sandbox: SandboxProcess) -> None:
    for headers, status in [
        ({"authorization": "Bearer SG.charlie"}, 401),
        ({"authorization": ""}, 401),
        ({"authorization": "Basic x"}, 401),
        ({"content-type": "text/plain"}, 415),
    ]:
        assert post(sandbox, mail(), **headers).status_code == status
    assert post(sandbox, mail(content=[{"type": "text/plain", "value": "x" * 1_000_001}])).status_code == 413
    assert post(sandbox, mail(**{"from": {"email": "unverified@example.com"}})).status_code == 403
    for path in ("/v3", "/v3/mail", "/v3/mail/send/x", "/v3/user"):
        assert httpx.get(f"{sandbox.url}{path}", trust_env=False).status_code == 404
    assert sandbox.mails() == []


def test_each_recipient_has_a_mail_and_ids_are_counted(sandbox: SandboxProcess) -> None:
    post(sandbox, mail("a@example.com", "b@example.com", custom_args={"delivery_id": "dlv_2"}))
    post(sandbox, mail("c@example.com", custom_args={"delivery_id": "dlv_3"}))
    assert sandbox.mail_effects() == {"mails": 3, "by_argument": {"dlv_2": 2, "dlv_3": 1}, "doubled": ["dlv_2"]}
    of_one = {"mails": 1, "by_argument": {"dlv_2": 1}, "doubled": []}
    assert [sandbox.mail_effects(to=to) for to in ("B@example", "%", "_")] == [
        of_one,
        sandbox.mail_effects(),
        {"mails": 0, "by_argument": {}, "doubled": []},
    ]
    assert [found["to"] for found in sandbox.mails(to="B@EXAMPLE")] == ["b@example.com"]
    assert sandbox.mails(to="%") == sandbox.mails()
    assert sandbox.mails(to="_") == []


def test_what_was_taken_outlives_a_kill(tmp_path: Path) -> None:
    with SandboxProcess(tmp_path) as running:
        post(running, mail())
        running.kill()
        running.start()
        assert [found["to"] for found in running.mails()] == ["alice@example.com"]


def test_the_inbox_shows_mails_and_runs_nothing_of_them(sandbox: SandboxProcess) -> None:
    evil = '"><script>alert(1)</script>'
    link = "http://127.0.0.1:8000/bookings/bkg_1?a=1&b=2"
    content = [
        {"type": "text/plain", "value": f"{evil} {link} javascript:alert(1)"},
        {"type": "text/html", "value": f'{evil}<a href="{link}">go</a>'},
    ]
    post(sandbox, mail("mallory@example.com", subject=evil, content=content))
    listed = httpx.get(f"{sandbox.url}/sandbox/inbox", params={"to": evil}, trust_env=False)
    assert "None." in listed.text
    listed = httpx.get(f"{sandbox.url}/sandbox/inbox", params={"to": "mallory"}, trust_env=False)
    position = sandbox.mails(to="mallory")[0]["position"]
    assert f'href="/sandbox/inbox/{position}"' in listed.text
    shown = httpx.get(f"{sandbox.url}/sandbox/inbox/{position}", trust_env=False)
    for page in (listed, shown):
        assert "<script" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown.text
    assert f'href="{link.replace("&", "&amp;")}"' in shown.text
    assert 'href="javascript' not in shown.text
    assert httpx.get(f"{sandbox.url}/sandbox/inbox/999999", trust_env=False).status_code == 404


def test_where_links_lead_says_what_the_app_would_be_asked_for(sandbox: SandboxProcess) -> None:
    query = {"token": "lnk_1.<b>x</b>"}
    page = httpx.get(f"{sandbox.url}/sandbox/app/reset-password", params=query, trust_env=False)
    assert page.status_code == 200
    assert "/reset-password" in page.text
    assert "lnk_1.&lt;b&gt;x&lt;/b&gt;" in page.text
    assert httpx.get(f"{sandbox.url}/sandbox/app", trust_env=False).status_code == 200


def test_faults_strike_mails(sandbox: SandboxProcess) -> None:
    for kind, status, taken in [("too_many_requests", 429, 0), ("error", 500, 0), ("effect_error_stored", 500, 1)]:
        sandbox.fault(kind, next=1, operation="mail.send")
        assert post(sandbox, mail()).status_code == status
        assert len(sandbox.mails()) == taken
    sandbox.fault("effect_without_answer", next=1, operation="mail.send")
    with pytest.raises(httpx.TransportError):
        post(sandbox, mail())
    assert len(sandbox.mails()) == 2


def events(receiver: WebhookReceiver, number: int) -> list[dict[str, Any]]:
    """The events of the bodies that were taken, once there are so many, checked by their signatures."""

    def told(received: list[Received]) -> list[dict[str, Any]]:
        return [event for one in received if one.answered == 200 for event in json.loads(one.body)]

    received = receiver.wait_for(lambda got: len(told(got)) >= number)
    for one in received:
        signature, stamp = one.headers[SIGNATURE_HEADER], one.headers[TIMESTAMP_HEADER]
        verify(one.body, signature, stamp, (PUBLIC_KEY,), datetime.now(UTC), 300)
    return told(received)


def test_events_are_signed_told_again_and_say_what_the_address_wants(tmp_path: Path) -> None:
    first_fails = WebhookReceiver(lambda n: 200 if n else 500)
    with first_fails as receiver, SandboxProcess(tmp_path, mail_events_url=receiver.url) as running:
        for n, box in enumerate(("alice", "bounce+1", "blocked", "dropped", "spam", "unsubscribe", "late", "bouncer")):
            post(running, mail(f"{box}@example.com", custom_args={"delivery_id": f"dlv_{n}"}))
        post(running, mail("silent@example.com"))
        found = events(receiver, 11)
        assert len({event["sg_event_id"] for event in found}) == 11
        told: dict[str, list[tuple[str, str | None]]] = {}
        for event in found:
            told.setdefault(event["delivery_id"], []).append((event["event"], event.get("type")))
        assert told == {
            "dlv_0": [("delivered", None)],
            "dlv_1": [("bounce", "bounce")],
            "dlv_2": [("bounce", "blocked")],
            "dlv_3": [("dropped", None)],
            "dlv_4": [("delivered", None), ("spamreport", None)],
            "dlv_5": [("delivered", None), ("unsubscribe", None)],
            "dlv_6": [("delivered", None), ("bounce", "bounce")],
            "dlv_7": [("delivered", None)],
        }
        post(running, mail("bounce+1@example.com"))
        post(running, mail("blocked@example.com"))
        assert sorted(e["event"] for e in events(receiver, 13)[11:]) == ["bounce", "dropped"]
        running.fault("webhook_duplicate", next=1, operation="delivered")
        post(running, mail())
        twice = events(receiver, 15)[13:]
        assert twice[0] == twice[1]
