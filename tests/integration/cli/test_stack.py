"""The machinery under ``handwork up``, with stand-ins for the programs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from cli.stack.choices import Choices
from cli.stack.errors import StackError
from cli.stack.processes import is_alive, processes_of
from cli.stack.programs import Program, programs
from cli.stack.stack import Stack
from cli.stack.supervisord import Supervisord
from tests.integration.cli.terminal import Terminal
from tests.stack import running_stack, wait_until


def test_programs_run_until_they_are_stopped_in_order(start_stack, stand_in, journal):
    names = ["broker", "sandbox", "worker", "relay", "web"]
    stack = start_stack(*(stand_in(name, rank=10 * n) for n, name in enumerate(names, 1)))

    wait_until(lambda: set(journal.names("started")) == set(names), "all started")
    assert stack.pids() == dict(journal.entries("started"))
    assert {p.name: p.state for p in stack.status()}.keys() == set(names)
    assert stack.stop() is True
    assert journal.names("ended") == ["web", "relay", "worker", "sandbox", "broker"]
    assert stack.status() == []


def test_stopping_what_does_not_run_does_nothing(make_stack, stand_in):
    stack = make_stack(stand_in("web"))

    assert stack.stop() is False
    stack.start()
    assert stack.stop() is True
    assert stack.stop() is False
    assert not stack.is_running()


def test_a_second_stack_in_the_same_folder_is_refused(make_stack, stand_in, journal):
    stack, second = make_stack(stand_in("web")), make_stack(stand_in("web"))
    stack.start()

    with pytest.raises(StackError, match="running or starting"):
        second.start()

    wait_until(lambda: journal.names("started"), "the first started")
    assert second.is_running()
    assert second.pids() == stack.pids()


def test_nothing_is_started_on_a_full_disk(make_stack, stand_in, journal, small_disk):
    stack = make_stack(stand_in("web"), home=small_disk.folder / "home")
    small_disk.fill()

    with pytest.raises(StackError, match="the disk is full: "):
        stack.start()

    small_disk.free()
    stack.start()
    wait_until(lambda: journal.names("started"), "it starts when there is room")
    stack.kill()


def test_damaged_files_of_the_broker_keep_nothing_from_starting(make_stack, tmp_path):
    folder = tmp_path / "home" / "broker" / "appendonlydir"
    folder.mkdir(parents=True)
    (folder / "appendonly.aof.manifest").write_text("file appendonly.aof.1.incr.aof seq 1 type i\n")
    (folder / "appendonly.aof.1.incr.aof").write_bytes(bytes(512))

    with running_stack(tmp_path / "home", build=only_the_broker) as stack:
        assert stack.pids().keys() == {"broker"}


def only_the_broker(home: Path, choices: Choices) -> list[Program]:
    return [program for program in programs(home, choices) if program.name == "broker"]


def test_two_folders_side_by_side_do_not_meet(make_stack, stand_in, tmp_path):
    one, two = make_stack(stand_in("web")), make_stack(stand_in("web"), home=tmp_path / "other folder; 50%")
    one.start()
    two.start()
    ports = [{v for k, v in stack.values.items() if k.endswith("_PORT")} for stack in (one, two)]

    one.stop()

    assert not ports[0] & ports[1]
    assert len(ports[0]) == len(ports[1]) == 5
    assert two.is_running()
    assert wait_until(two.pids, "it goes on")["web"]


def test_a_killed_process_is_started_again_every_time(start_stack, stand_in):
    stack = start_stack(stand_in("relay"))
    seen = set()

    for _ in range(3):
        pid = wait_until(lambda: stack.pids().get("relay", 0) not in {0, *seen} and stack.pids().get("relay"), "a pid")
        seen.add(pid)
        os.kill(pid, signal.SIGKILL)

    wait_until(lambda: stack.pids().get("relay", 0) not in {0, *seen}, "once more")
    assert [process.restarts for process in stack.status()] == [3]
    wait_until(lambda: [process.state for process in stack.status()] == ["RUNNING"], "it stays up")
    stack.supervised.restart("relay")
    assert [process.restarts for process in stack.status()] == [3], "what an operator restarts is not counted"


def test_nothing_is_left_when_the_manager_is_killed(start_stack, stand_in, journal, tmp_path):
    stack = start_stack(stand_in("stubborn", options=("--stubborn",)), stand_in("parent", options=("--child",)))
    wait_until(lambda: len(journal.names("started")) == 2 and journal.names("child"), "all started")
    direct = [pid for _, pid in journal.entries("started")]

    os.kill(stack.supervisord.pid, signal.SIGKILL)

    wait_until(lambda: not any(map(is_alive, direct)), "the kernel ended its children", within_s=5)
    assert not stack.is_running()
    # A grandchild that does not ask the kernel for it is found by its mark.
    stack.stop()
    assert processes_of(stack.home) == []


def test_a_new_start_ends_what_a_dead_one_left_and_no_stranger(start_stack, stand_in, journal):
    stack = start_stack(stand_in("parent", options=("--child",)))
    (_, child) = wait_until(lambda: journal.entries("child"), "the child")[0]
    stranger = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"],
        env={**os.environ, "HANDWORK_STACK": f"{stack.home}-other"},
        cwd=stack.home,
    )
    try:
        os.kill(stack.supervisord.pid, signal.SIGKILL)
        wait_until(lambda: not stack.is_running(), "the manager is dead")

        stack.start()

        assert not is_alive(child)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_it_drains_when_the_process_that_started_it_is_killed(make_stack, stand_in, journal, tmp_path):
    starter = subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("starter.py")),
            str(tmp_path / "home"),
            *stand_in("web").command,
        ],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    wait_until(lambda: journal.names("started") == ["web"], "it started", within_s=60)

    starter.kill()
    starter.wait()

    stack = Stack(tmp_path / "home", apart=True)
    wait_until(lambda: not stack.is_running(), "it drained")
    assert journal.names("ended") == ["web"]


def test_connections_wait_while_the_web_is_started_again(make_stack, stand_in):
    def build(_home, choices):
        address = ("127.0.0.1", choices.port("WEB_PORT"))
        return [stand_in("web", options=("--answer", "--poll"), listen=address, page=f"http://127.0.0.1:{address[1]}/")]

    stack = make_stack(build=build)
    choices = stack.start()
    url = f"http://127.0.0.1:{choices.port('WEB_PORT')}/"

    for _ in range(3):
        pid = wait_until(lambda: stack.pids().get("web"), "it runs")
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda pid=pid: not is_alive(pid), "it is gone: until then it may take a connection along")
        assert httpx.get(url, timeout=20, trust_env=False).status_code == 200

    stack.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, timeout=20, trust_env=False)


def test_copies_are_processes_of_their_own(start_stack, stand_in, journal):
    stack = start_stack(stand_in("relay", copies=2))

    wait_until(lambda: len(journal.names("started")) == 2, "both started")
    assert sorted(stack.pids()) == ["relay-0", "relay-1"]
    before = stack.pids()

    stack.supervised.restart("relay-1")

    assert stack.pids()["relay-0"] == before["relay-0"]
    assert stack.pids()["relay-1"] != before["relay-1"]
    assert journal.entries("ended") == [("relay", before["relay-1"])]
    assert {path.name for path in (stack.home / "logs").glob("relay*.log")} == {"relay-0.log", "relay-1.log"}


def test_a_process_that_keeps_ending_is_named_with_its_log(make_stack, stand_in):
    stack = make_stack(stand_in("good"), stand_in("beat", options=("--fail",), page="http://127.0.0.1:1/never answers"))

    with pytest.raises(StackError, match=r"(?s)beat keeps ending.*it will not work: the words of the log"):
        stack.start()

    assert not stack.is_running()
    assert processes_of(stack.home) == []


def test_an_unknown_process_cannot_be_restarted(start_stack, stand_in):
    stack = start_stack(stand_in("web"))

    with pytest.raises(StackError, match="no process 'wbe'"):
        stack.supervised.restart("wbe")


def test_a_folder_deeper_than_a_socket_may_be(start_stack, stand_in, tmp_path):
    stack = start_stack(stand_in("web"), home=tmp_path / ("deep " * 20) / ("deeper " * 10))

    assert wait_until(stack.pids, "it answers")["web"]
    short = stack.supervisord.socket.parent
    assert short != stack.home / "run"
    assert short.is_dir()
    wait_until(lambda: [p.state for p in stack.status()] == ["RUNNING"], "it runs")
    elsewhere = {"HANDWORK_HOME": str(stack.home), "TMPDIR": str(tmp_path)}
    with Terminal(tmp_path).begin("status", more=elsewhere, stdout=subprocess.PIPE) as asked:
        assert b"READY" in asked.communicate()[0]
    assert asked.returncode == 0

    stack.stop()

    assert not short.exists()


@pytest.fixture
def strangers():
    """Call it with a port: a server that is not ours listens there, and answers everything with 200."""
    servers = []

    def listen(port):
        servers.append(ThreadingHTTPServer(("127.0.0.1", port), Stranger))
        Thread(target=servers[-1].serve_forever, args=(0.02,), daemon=True).start()

    yield listen
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_port_that_strangers_take_each_time_is_named(make_stack, stand_in, strangers):
    """They come between the choice and the start; and a stranger's answer is not taken for ours."""
    chosen = []

    def build(_home, choices):
        chosen.append(choices.port("SANDBOX_PORT"))
        strangers(chosen[-1])
        return [stand_in("sandbox", page=f"http://127.0.0.1:{chosen[-1]}/sandbox/health")]

    stack = make_stack(build=build)
    with pytest.raises(StackError, match=rf"sandbox: port \d+ was taken by pid {os.getpid()}"):
        stack.start()
    assert len(set(chosen)) == 3
    assert not stack.is_running()


def test_a_port_that_a_stranger_took_first_is_chosen_again(make_stack, stand_in, strangers, journal):
    chosen = []

    def build(_home, choices):
        chosen.append(choices.port("WEB_PORT"))
        if len(chosen) == 1:
            strangers(chosen[0])
        address, page = ("127.0.0.1", chosen[-1]), f"http://127.0.0.1:{chosen[-1]}/"
        return [stand_in("web", options=("--answer", "--poll"), listen=address, page=page)]

    stack = make_stack(build=build)
    choices = stack.start()

    assert len(set(chosen)) == 2
    assert choices.port("WEB_PORT") == chosen[1]
    assert any(f"WEB_PORT: {chosen[0]} is taken by pid {os.getpid()}" in sentence for sentence in choices.moved)
    assert [process.state for process in stack.observe()] == ["READY"]


class Stranger(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


def test_a_half_made_socket_is_deleted_with_its_folder(tmp_path):
    home = tmp_path / ("deep" * 30)
    (home / "run").mkdir(parents=True)
    manager = Supervisord(home)
    socket = manager.place_socket()
    socket.parent.mkdir(mode=0o700)
    (socket.parent / f"{socket.name}.4711").touch()  # as supervisord leaves it when it is killed at that moment

    manager.forget_socket()

    assert not socket.parent.exists()


def test_secrets_are_for_their_owner_alone(start_stack, stand_in):
    stack = start_stack(stand_in("web"))

    assert stack.home.stat().st_mode & 0o777 == 0o700
    for name in ("stack.env", "run/supervisord.conf", "run/broker.conf", "run/sandbox.arguments"):
        assert (stack.home / name).stat().st_mode & 0o777 == 0o600, name


def test_who_asks_while_it_starts_gets_no_stranger(start_stack, stand_in):
    stack = start_stack(stand_in("web"))
    stack.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (stack.home / "run" / "lock").write_text(str(stranger.pid))
        assert stack.stop() is False

        stack.start()
        assert stack.supervisord.pid != stranger.pid
        stack.stop()

        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_stop_waits_for_a_start_and_ends_it(start_stack, stand_in, tmp_path):
    stack = start_stack(stand_in("web"))
    stack.stop()
    command = [sys.executable, "-c", HOLD, str(stack.home / "run" / "lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout.readline() == "held\n"
            assert stack.stop() is True
            assert holder.wait(10) == -signal.SIGTERM
        finally:
            holder.kill()


HOLD = """
import fcntl, os, sys, time
lock = os.open(sys.argv[1], os.O_RDWR)
fcntl.flock(lock, fcntl.LOCK_EX)
os.truncate(lock, 0)
print("held", flush=True)
time.sleep(1)  # as long as migrations take
os.pwrite(lock, str(os.getpid()).encode(), 0)
time.sleep(60)
"""
