"""The sandbox's pages for people: followed by their links, filled in by their forms, and closed to other pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import httpx
import pytest

from tests.browser import Browser
from tests.contract.sandbox_clients import ACCOUNT, order, sdk
from tests.sandbox_process import SandboxProcess

GOOD_TOKEN = "lnk_1.<b>good</b>"


class Api(BaseHTTPRequestHandler):
    """What the sandbox's pages ask, in place of the API: it takes one token, and notes what came."""

    asked: ClassVar[list[tuple[str, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append((self.path, body))
        good = body["token"] == GOOD_TOKEN
        self.send_response(204 if good else 422)
        self.end_headers()
        if not good:
            self.wfile.write(b'{"detail": "This link is not valid & was used."}')

    def log_message(self, *_: object) -> None:
        """Nothing: the test looks at ``asked``."""


@pytest.fixture
def api() -> Iterator[str]:
    Api.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        serving = Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


@pytest.fixture
def linked(api: str, tmp_path: Path) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path / "sandbox", api_url=api) as sandbox:
        yield sandbox


def pay(sandbox: SandboxProcess, card: str = "pm_card_visa", **more: Any) -> Any:
    with sdk(sandbox) as client:
        return client.v1.payment_intents.create(order(card, **more))


def get(sandbox: SandboxProcess, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{sandbox.url}{path}", headers=headers, timeout=20, trust_env=False)


def post(sandbox: SandboxProcess, path: str, form: dict[str, str] | None = None, **headers: str) -> httpx.Response:
    return httpx.post(f"{sandbox.url}{path}", data=form or {}, headers=headers, timeout=20, trust_env=False)


def test_every_link_of_every_page_leads_to_one(sandbox: SandboxProcess) -> None:
    intent = pay(sandbox)
    pay(sandbox, "pm_card_threeDSecure2Required", payment="pay_2")
    with sdk(sandbox) as client:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 500})
        client.v1.accounts.create(ACCOUNT)
    seen, open_ = set[str](), {"/"}
    while open_:
        path = open_.pop()
        seen.add(path)
        page = get(sandbox, path)
        assert page.status_code == 200, path
        assert "<script" not in page.text
        open_ |= {link.replace("&amp;", "&") for link in re.findall(r"""href=["'](/[^"']*)["']""", page.text)} - seen
    assert {"/payments", "/refunds", "/accounts", "/sandbox/inbox", "/faults", f"/payments/{intent.id}"} <= seen
    assert any(path.startswith("/sandbox/stripe/authenticate/pi_") for path in seen)
    assert any(path.startswith("/sandbox/stripe/onboarding/acct_") for path in seen)


def test_long_lists_have_pages(sandbox: SandboxProcess) -> None:
    with sdk(sandbox) as client:
        made = [client.v1.payment_intents.create(order(None, payment=f"pay_{n}")).id for n in range(55)]
    first = get(sandbox, "/payments").text
    older = re.search(r'href="(\?before=\d+)">Older', first)
    assert older is not None
    second = get(sandbox, f"/payments{older[1]}").text
    assert [made[54] in first, made[5] in first, made[4] in first] == [True, True, False]
    assert [made[4] in second, made[0] in second, "Older" in second] == [True, True, False]


def test_what_was_written_into_metadata_does_not_run(sandbox: SandboxProcess) -> None:
    evil = "<script>alert(1)</script>"
    intent = pay(sandbox, metadata={"payment_id": evil}, description=evil)
    for path in ("/", "/payments", f"/payments/{intent.id}"):
        page = get(sandbox, path)
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]


def test_faults_by_form(sandbox: SandboxProcess) -> None:
    added = post(
        sandbox, "/faults", {"kind": "latency", "operation": "mail.send", "rate": "0.5", "next": "", "ms": "9"}
    )
    assert (added.status_code, added.headers["location"]) == (303, "/faults")
    (fault,) = sandbox.faults()
    assert (fault["kind"], fault["operation"], fault["rate"], fault["ms"]) == ("latency", "mail.send", 0.5, 9)
    for wrong, words in (
        ({"kind": "latency"}, "give either rate"),
        ({"kind": "latency", "rate": "much"}, "rate"),
        ({"kind": "webhook_lose", "operation": "mail.send", "next": "1"}, "strikes an event, not mail.send"),
    ):
        refused = post(sandbox, "/faults", wrong)
        assert (refused.status_code, words in refused.text) == (400, True), refused.text
    assert post(sandbox, "/faults/clear").status_code == 303
    assert sandbox.faults() == []


def test_links_of_mails_do_what_they_say(linked: SandboxProcess) -> None:
    good, bad = {"token": GOOD_TOKEN}, {"token": "lnk_2.x"}
    page = httpx.get(f"{linked.url}/sandbox/app/verify-email", params=good, trust_env=False)
    assert (page.status_code, "Your e-mail address is verified." in page.text) == (200, True)
    page = httpx.get(f"{linked.url}/sandbox/app/verify-email", params=bad, trust_env=False)
    assert (page.status_code, "This link is not valid &amp; was used." in page.text) == (422, True)
    page = post(linked, "/sandbox/new-password", {**good, "password": "a long password"})
    assert (page.status_code, "Your password is changed." in page.text) == (200, True)
    reset = ("/auth/password/reset", {**good, "password": "a long password"})
    assert Api.asked == [("/auth/verify-email", good), ("/auth/verify-email", bad), reset]


def test_other_names_and_other_pages_are_refused(sandbox: SandboxProcess) -> None:
    """A name that leads here is DNS rebinding, and a form on another page is a cross-site post."""
    port = sandbox.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "localhost", f"[::1]:{port}"):
        assert get(sandbox, "/sandbox/effects", host=host).status_code == 200, host
    for host in (f"rebound.example:{port}", "localhost.example", "127.0.0.1.example", ""):
        for path in ("/", "/payments", "/sandbox/effects", "/sandbox/mails"):
            refused = get(sandbox, path, host=host)
            assert refused.status_code == 403, (host, path)
            assert "--allow-host" in refused.json()["detail"]
    pay(sandbox)
    form = {"kind": "latency", "next": "1"}
    for origin in (f"http://127.0.0.1:{port + 1}", "https://evil.example", "null"):
        for path in ("/faults", "/faults/clear", "/sandbox/faults", "/sandbox/reset", "/sandbox/new-password"):
            refused = post(sandbox, path, form, origin=origin)
            assert (refused.status_code, "Origin" in refused.text) == (403, True), (origin, path)
    assert post(sandbox, "/faults", form, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert sandbox.faults() == []
    assert sandbox.effects()["charges"] == 1
    assert post(sandbox, "/faults", form, origin=sandbox.url).status_code == 303


def test_in_a_browser(linked: SandboxProcess, browser: Browser) -> None:
    intent = pay(linked, "pm_card_threeDSecure2Required")
    browser.open(f"{linked.url}/")
    browser.click(f'a[href="/payments/{intent.id}"]')
    browser.wait_for("document.querySelector('#answer') !== null")
    browser.click("#answer")
    browser.wait_for("document.querySelector('button[value=true]') !== null")
    browser.click("button[value=true]")
    browser.wait_for(f"location.pathname === '/payments/{intent.id}' && document.body?.innerText.includes('succeeded')")

    browser.click('nav a[href="/faults"]')
    browser.wait_for("document.querySelector('#add') !== null")
    browser.type("input[name=next]", "3")
    browser.click("#add")
    browser.wait_for("document.querySelector('#clear') !== null")
    assert [(fault["kind"], fault["remaining"]) for fault in linked.faults()] == [("latency", 3)]
    browser.click("#clear")
    browser.wait_for("document.querySelector('#clear') === null && document.querySelector('#add') !== null")
    assert linked.faults() == []

    browser.open(str(httpx.URL(f"{linked.url}/sandbox/app/reset-password", params={"token": GOOD_TOKEN})))
    browser.type("input[name=password]", "a long password")
    browser.click("#change")
    browser.wait_for("document.body?.innerText.includes('Your password is changed.')")
    assert browser.errors == []
    assert linked.effects()["charges"] == 1
    assert Api.asked == [("/auth/password/reset", {"token": GOOD_TOKEN, "password": "a long password"})]
