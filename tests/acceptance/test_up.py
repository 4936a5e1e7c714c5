"""``handwork up`` as a person runs it: the real programs, found by their addresses, gone when it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli.stack.processes import children_of, is_alive, processes_of
from cli.stack.stack import Stack
from domain.platform.queues import CELERY_WORKERS
from runtime.settings import PROJECT, Settings
from tests.ports import free_ports
from tests.stack import wait_until

START_S = 150.0
PROGRAMS = {
    "broker",
    "sandbox",
    "worker-payments",
    "worker-webhooks",
    "worker-notifications",
    "worker-maintenance",
    "exporter",
    "flower",
    "relay",
    "beat",
    "web",
}


class Terminal:
    """Where a person types ``handwork``, in a data folder of its own and on ports that nobody else has: the usual ones
    belong to whoever works on this machine."""

    def __init__(self, home: Path) -> None:
        self.home = home
        ours = {name.upper() for name in Settings.__struct_fields__}
        self._environment = {name: value for name, value in os.environ.items() if name not in ours} | {
            "HANDWORK_HOME": str(home),
            "HANDWORK_DOTENV": os.devnull,
            "COLUMNS": "140",
            **free_ports(),
        }

    @property
    def stack(self) -> Stack:
        return Stack(self.home, apart=True)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            env=self._environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "cli", *arguments],
            env=self._environment,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    found = Terminal(tmp_path / "home of alice")
    yield found
    found.stack.kill()


def get(url: str, **options: object) -> int:
    return httpx.get(url, timeout=10, trust_env=False, **options).status_code


def a_click_verifies_the_address(web: str, sandbox: str) -> None:
    """Alice registers, and opens the link of the mail in the sandbox's inbox."""
    alice = {"email": "alice@example.com", "password": "a long password", "name": "Alice", "role": "client"}
    with httpx.Client(timeout=20, trust_env=False) as browser:
        browser.post(f"{web}/auth/register", json=alice).raise_for_status()
        mails = wait_until(lambda: browser.get(f"{sandbox}/sandbox/mails?to=alice").json()["mails"], "the mail came")
        (link,) = re.findall(r"https?://\S+/verify-email\?token=\S+", mails[0]["text"])
        assert "Your e-mail address is verified." in browser.get(link).text
        again = browser.get(link)
        assert (again.status_code, "This link is not valid" in again.text) == (422, True), "it is good once"


@pytest.mark.timeout(400)
def test_in_the_background(terminal):
    started = terminal.run("up", "--detach")
    assert started.returncode == 0, started.stdout + started.stderr

    values = terminal.stack.values
    web, flower = values["WEB_PUBLIC_URL"], f"http://127.0.0.1:{values['FLOWER_PORT']}"
    user, _, password = values["FLOWER_BASIC_AUTH"].partition(":")
    assert web in started.stdout
    assert password in started.stdout
    health = httpx.get(f"{web}/health", timeout=10, trust_env=False).json()
    assert (health["status"], health["missing"]) == ("ok", [])
    assert get(f"{web}/schema") == 200
    assert get(flower) == 401
    assert get(flower, auth=(user, password)) == 200
    assert get(f"http://127.0.0.1:{values['EXPORTER_PORT']}/metrics") == 200
    assert get(f"{values['SANDBOX_URL']}/sandbox/health") == 200

    assert terminal.run("status").returncode == 0
    assert set(terminal.stack.pids()) == PROGRAMS
    a_click_verifies_the_address(web, values["SANDBOX_URL"])
    again = terminal.run("up")
    assert again.returncode == 0
    assert "running already" in again.stdout
    assert "relay" in terminal.run("logs", "-n", "3").stdout

    ended = terminal.run("down")
    assert ended.returncode == 0, ended.stderr
    assert "Ended" in ended.stdout
    assert processes_of(terminal.home) == []
    assert terminal.run("status").returncode == 4


@pytest.mark.timeout(400)
def test_in_the_foreground_until_control_c(terminal):
    up = terminal.begin("up", "--web", "2", "--workers", "2")
    twice = {f"{name}-{n}" for name in ("web", *CELERY_WORKERS) for n in (0, 1)}
    wait_until(lambda: terminal.stack.pids().keys() >= {*twice, "relay"}, "it runs", START_S)
    wait_until(lambda: "Ctrl-C ends it" in up.stdout.readline(), "it is ready", START_S)
    pids = set(terminal.stack.pids().values())

    up.send_signal(signal.SIGINT)
    said, _ = up.communicate(timeout=120)

    assert up.returncode == 0, said
    assert "Ended." in said
    assert not any(map(is_alive, pids))
    assert processes_of(terminal.home) == []
    log = (terminal.home / "logs" / "supervisord.log").read_text()
    ends = [log.index(f"stopped: {name} ") for name in ("web-1", "relay", "worker-payments-1", "sandbox", "broker")]
    assert ends == sorted(ends)


@pytest.mark.timeout(400)
def test_restarts(terminal):
    assert terminal.run("up", "--detach", "--web", "2").returncode == 0
    told = terminal.run("up", "--web", "3")
    assert told.returncode == 0
    assert "It runs with --web 2, and not 3" in told.stdout
    assert "./handwork restart --web 3" in told.stdout
    before = terminal.stack.pids()

    rolled = terminal.run("restart", "--rolling")

    assert rolled.returncode == 0, rolled.stderr
    after = terminal.stack.pids()
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] == before[name]} == {"broker", "sandbox"}
    said = [line.removeprefix("ready: ") for line in rolled.stdout.splitlines() if line.startswith("ready: ")]
    assert said[-4:] == ["relay", "beat", "web-0", "web-1"]
    assert {p.name: p.restarts for p in terminal.stack.status() if p.restarts} == {}, "an orderly end is no crash"
    web = terminal.stack.values["WEB_PUBLIC_URL"]
    assert httpx.get(f"{web}/health", timeout=10, trust_env=False).json()["restarting"] == []

    again = terminal.run("restart", "--web", "1")
    assert again.returncode == 0, again.stderr
    assert "web" in terminal.stack.pids()
    assert terminal.run("down").returncode == 0
    assert terminal.run("restart", "--rolling").returncode == 1


@pytest.mark.timeout(400)
def test_after_a_kill_of_the_manager_nothing_is_left_and_it_starts_again(terminal):
    assert terminal.run("up", "--detach").returncode == 0
    stack = terminal.stack
    before = stack.values
    (child, *_) = children_of(stack.pids()["worker-maintenance"])
    assert {child, *stack.pids().values()} <= set(processes_of(terminal.home))

    os.kill(stack.supervisord.pid, signal.SIGKILL)

    # One after the other: a pool's child is told by the end of its worker, and each of them has children.
    wait_until(lambda: processes_of(terminal.home) == [], "the kernel ended them all", within_s=10)
    assert terminal.run("up", "--detach").returncode == 0
    assert stack.values == before


@pytest.mark.timeout(400)
def test_a_wrong_setting_is_refused_by_name_before_anything_starts(terminal):
    terminal.home.mkdir()
    (terminal.home / "stack.env").write_text("LEASE_MS=soon\n")

    found = terminal.run("up", "--detach")

    assert found.returncode == 1
    assert "LEASE_MS" in found.stderr
    assert processes_of(terminal.home) == []
