"""The browser of the tests sees what a person would see."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.browser import Browser, PageError
from tests.ports import free_ports

PAGE = """<title>greeting</title><input id=name><button onclick="
  setTimeout(() => { out.textContent = 'Hello, ' + document.querySelector('#name').value }, 50)">greet</button>
  <p id=out></p><script>console.error('on purpose')</script>"""


def test_it_types_clicks_waits_and_takes_a_picture(browser: Browser, tmp_path: Path) -> None:
    browser.open(f"data:text/html;base64,{base64.b64encode(PAGE.encode()).decode()}")
    browser.type("#name", "Alice")
    browser.click("button")
    browser.wait_for("document.querySelector('#out').textContent")
    assert browser.text("#out") == "Hello, Alice"
    assert browser.errors == ["['on purpose']"]
    browser.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")


def test_an_address_without_a_server_and_a_script_that_raises_are_errors(browser: Browser) -> None:
    with pytest.raises(PageError, match="ERR_CONNECTION_REFUSED"):
        browser.open(f"http://127.0.0.1:{free_ports()['WEB_PORT']}/")
    with pytest.raises(PageError, match="no such thing"):
        browser.evaluate("(() => { throw new Error('no such thing') })()")
