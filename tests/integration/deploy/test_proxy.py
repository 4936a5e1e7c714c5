"""The production proxy under attack: a real nginx with our configuration before a real web process.

Each attack comes from one address, as a proxy in front names it, and a client of another address is served meanwhile.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.debian import NoProgram
from tests.proxy import Proxy
from tests.web_process import WebProcess

ATTACKER, CLIENT = "203.0.113.66", "198.51.100.7"
MIB = 1 << 20
HEAD = (
    f"POST /auth/login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {ATTACKER}\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\n\r\n"
)
MOST = 100
"""Requests that one address may have under way, as the configuration says."""
CROWD = 130
WITHIN_S = 30.0
SOON = {"client_header_timeout 10s": "client_header_timeout 1s", "client_body_timeout 10s": "client_body_timeout 1s"}
"""What takes seconds in production takes one here."""


@pytest.fixture(scope="module")
def web(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    folder = tmp_path_factory.mktemp("web")
    (folder / "handwork.db").write_bytes(migrated_sqlite.read_bytes())
    with WebProcess(folder, f"sqlite:///{folder}/handwork.db") as process:
        yield process


@pytest.fixture
def proxy(web: WebProcess, tmp_path: Path) -> Iterator[Proxy]:
    try:
        with Proxy(tmp_path, web.port, SOON) as running:
            yield running
    except NoProgram as reason:
        pytest.skip(str(reason))


def served(proxy: Proxy, *, size: int = 1_000) -> None:
    """A client of another address reads, and posts a body that the backend reads whole."""
    with httpx.Client(base_url=proxy.url, headers={"X-Forwarded-For": CLIENT}, trust_env=False, timeout=10) as http:
        assert http.get("/jobs").status_code == httpx.codes.OK
        body = {"email": f"nobody@example.com{' ' * size}", "password": "x"}
        answer = http.post("/auth/register", json=body)
        assert answer.json()["errors"][0]["field"] == "email", answer.text


def opened(proxy: Proxy, sent: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", proxy.port), timeout=WITHIN_S)
    line.sendall(sent)
    return line


def status_of(line: socket.socket) -> int | None:
    """What the proxy says; None when it hangs up without a word."""
    try:
        said = line.recv(4096)
    except ConnectionResetError:
        return None
    return int(said.split()[1]) if said else None


def test_a_body_that_is_too_large_is_refused_by_its_length_and_kept_nowhere(proxy: Proxy) -> None:
    with opened(proxy, HEAD.format(length=200 * MIB).encode()) as line:
        assert status_of(line) == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    answer = httpx.post(f"{proxy.url}/auth/login", content=b" " * (MIB + 1), trust_env=False)
    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "body_too_large"


def test_large_bodies_lie_in_no_file_while_they_come(proxy: Proxy) -> None:
    """The proxy's /tmp is small, and everybody's."""
    piece = HEAD.format(length=MIB).encode() + b" " * (MIB - 1)
    with ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(opened(proxy, piece))
        served(proxy, size=500_000)
        assert proxy.kept_bytes() == 0


def test_a_body_without_a_length_is_cut_at_the_same_size(proxy: Proxy) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(64):
            yield b" " * 65_536

    try:
        answer = httpx.post(f"{proxy.url}/auth/login", content=pieces(), trust_env=False, timeout=WITHIN_S)
    except httpx.TransportError:
        return  # it was hung up on before it had read the answer
    assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert proxy.kept_bytes() == 0


def test_a_head_or_a_body_that_does_not_come_is_hung_up_on(proxy: Proxy) -> None:
    half_head = opened(proxy, b"GET /jobs HTTP/1.1\r\nHost: x\r\nX-")
    half_body = opened(proxy, HEAD.format(length=100).encode() + b"{")
    with half_head, half_body:
        served(proxy)
        assert status_of(half_head) in (None, 408)
        assert status_of(half_body) in (None, 408)


def test_a_body_that_comes_drop_by_drop_meets_the_limit_of_the_backend(proxy: Proxy) -> None:
    """No pause is long enough for the proxy; the whole request is too long for the backend, which sees each drop."""
    with opened(proxy, HEAD.format(length=100_000).encode()) as line:
        line.settimeout(0.3)
        deadline = time.monotonic() + 3 * WITHIN_S
        said = None
        while said is None and time.monotonic() < deadline:
            try:
                line.sendall(b" ")
                said = line.recv(4096)
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                said = b""
    assert said is not None, "it may go on for ever"
    assert said == b"" or b" 408 " in said.splitlines()[0]


def test_one_address_holds_some_connections_and_not_all(proxy: Proxy) -> None:
    """Each waits for a body that does not come, under another client's eyes."""
    with ExitStack() as stack:
        lines = [stack.enter_context(opened(proxy, HEAD.format(length=100).encode())) for _ in range(CROWD)]
        served(proxy)
        said = [status_of(line) for line in lines]
    refused = said.count(httpx.codes.TOO_MANY_REQUESTS)
    assert CROWD - MOST <= refused < CROWD, said
    assert set(said) <= {None, 408, 429}
    served(proxy)


def test_many_heads_that_never_end_are_dropped_and_others_are_served(proxy: Proxy) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(opened(proxy, b"GET / HTTP/1.1\r\nX-")) for _ in range(CROWD)]
        served(proxy)
        assert {status_of(line) for line in lines} <= {None, 408}


def test_slow_readers_and_ordinary_waits_are_not_the_same(proxy: Proxy) -> None:
    """A client of many requests in a row on one connection is never refused."""
    with httpx.Client(base_url=proxy.url, headers={"X-Forwarded-For": CLIENT}, trust_env=False) as http:
        assert {http.get("/jobs").status_code for _ in range(2 * MOST)} == {httpx.codes.OK}
