"""Drive Debian's Chromium, headless, over its DevTools protocol: JSON through a pipe, without a driver package."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from cli.stack.supervisord import PARENT
from tests.debian import Program

ANSWER_WITHIN_S = 60.0  # a loaded machine takes long to start a browser
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--remote-debugging-pipe", "--window-size=1280,800"),
)


class PageError(Exception):
    """The page or the browser refused what was asked of it."""


class Browser:
    """One page: ``with Browser(find("chromium")) as browser``.  ``requested`` lists every address that it asked for,
    ``errors`` what the page wrote to its console as an error or raised."""

    def __init__(self, chromium: Program) -> None:
        self.requested: list[str] = []
        self.errors: list[str] = []
        self._chromium = chromium
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._loaded = ""
        self._unread = b""
        self._calls = 0
        self._session: str | None = None

    def __enter__(self) -> Self:
        theirs_in, self._to = _pipe()
        self._from, theirs_out = _pipe()
        # Chromium reads descriptor 3 and writes 4; the shell puts our pipes there.
        shell = ["bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "chromium"]
        chromium = [self._chromium.path, *FLAGS, f"--user-data-dir={self._profile.name}", "about:blank"]
        with (Path(self._profile.name) / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(PARENT), "SIGKILL", *shell, *chromium],
                env=self._chromium.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(theirs_in, theirs_out),
                start_new_session=True,
            )
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            self._attach()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def open(self, url: str) -> None:
        """Returns when the page has loaded; ``PageError`` when nothing answers there."""
        begun = self.call("Page.navigate", url=url)
        if refused := begun.get("errorText"):
            raise PageError(f"{url}: {refused}")
        deadline = time.monotonic() + ANSWER_WITHIN_S
        while begun.get("loaderId", self._loaded) != self._loaded:  # there is no loader for a move within the page
            self._handle(self._next(deadline))

    def evaluate(self, script: str) -> Any:
        """Returns the value of a JavaScript expression; a promise is awaited."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if raised := found.get("exceptionDetails"):
            raise PageError(f"{script}: {raised.get('exception', raised).get('description', raised)}")
        return found["result"].get("value")

    def wait_for(self, script: str, within_s: float = ANSWER_WITHIN_S) -> Any:
        """Returns the first true value of an expression; ``AssertionError`` shows the page's text."""
        deadline = time.monotonic() + within_s
        while not (value := self.evaluate(script)):
            assert time.monotonic() < deadline, f"not within {within_s:.0f} s: {script}; the page says:\n{self.text()}"
            time.sleep(0.05)
        return value

    def text(self, selector: str = "body") -> str:
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText"))

    def click(self, selector: str) -> None:
        """Presses and releases the mouse in the middle of the first element that matches."""
        box = self.evaluate(
            f"(e => {{ e.scrollIntoView({{block: 'center'}}); const b = e.getBoundingClientRect();"
            f" return [b.x + b.width / 2, b.y + b.height / 2] }})(document.querySelector({json.dumps(selector)}))"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def type(self, selector: str, text: str) -> None:
        self.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
        self.call("Input.insertText", text=text)

    def screenshot(self, path: Path) -> None:
        """Writes what the window shows as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Returns the answer to one command of the DevTools protocol."""
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + ANSWER_WITHIN_S
        while (said := self._next(deadline)).get("id") != self._calls:
            self._handle(said)
        if "error" in said:
            raise PageError(f"{method}: {said['error']['message']}")
        result: dict[str, Any] = said["result"]
        return result

    def _attach(self) -> None:
        page = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def _handle(self, said: dict[str, Any]) -> None:
        about = said.get("params", {})
        match said.get("method"):
            case "Page.lifecycleEvent" if about["name"] == "load":
                self._loaded = about["loaderId"]
            case "Network.requestWillBeSent":
                self.requested.append(about["request"]["url"])
            case "Runtime.exceptionThrown":
                self.errors.append(str(about["exceptionDetails"]))
            case "Log.entryAdded" if about["entry"]["level"] == "error":
                self.errors.append(f"{about['entry']['text']} {about['entry'].get('url', '')}")
            case "Runtime.consoleAPICalled" if about["type"] == "error":
                self.errors.append(str([argument.get("value") for argument in about["args"]]))

    def _next(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            piece = os.read(self._from, 1 << 20) if ready else b""
            if not piece:
                output = (Path(self._profile.name) / "output").read_text(errors="replace")
                raise PageError(f"Chromium {'ended' if ready else 'does not answer'}:\n{output[-2000:]}")
            self._unread += piece
        message, self._unread = self._unread.split(b"\0", 1)
        said: dict[str, Any] = json.loads(message)
        return said

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._to)
        os.close(self._from)
        self._profile.cleanup()


def _pipe() -> tuple[int, int]:
    """Both ends above descriptor 9, out of the way of 3 and 4."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]
