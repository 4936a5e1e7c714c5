"""The production proxy under attack: a real nginx with our configuration before a real web process.

Each attack comes from one address, as a proxy in front names it, and a client of another address is served meanwhile.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.debian import NoProgram
from tests.proxy import Proxy
from tests.served import free_port
from tests.web_process import WebProcess

ATTACKER, CLIENT = "203.0.113.66", "198.51.100.7"
MIB = 1 << 20
ORIGIN = "https://app.example.com:8443"
PRIVATE_PEER = "127.0.0.9"
"""A peer that nginx does not trust to name another address."""
MOST = 100
"""Requests that one address may have under way, as the configuration says."""
CROWD = 130
WITHIN_S = 30.0
SOON = {"client_header_timeout 10s": "client_header_timeout 1s", "client_body_timeout 10s": "client_body_timeout 1s"}
"""Shorter time-outs, for the tests of time-outs alone."""


def head(length: int, *, path: str = "/auth/login", client: str = ATTACKER) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {client}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


@pytest.fixture(scope="module")
def web(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProcess]:
    folder = tmp_path_factory.mktemp("web")
    (folder / "handwork.db").write_bytes(migrated_sqlite.read_bytes())
    with WebProcess(folder, f"sqlite:///{folder}/handwork.db", CORS_ORIGINS=ORIGIN) as process:
        yield process


@pytest.fixture
def changes() -> dict[str, str]:
    """Texts of the configuration that a test replaces."""
    return {}


@pytest.fixture
def settings() -> dict[str, str]:
    """Settings that a test changes, of the backend and of the proxy."""
    return {}


@contextmanager
def start(
    folder: Path, backend_port: int, changes: dict[str, str] | None = None, *, settings: dict[str, str] | None = None
) -> Iterator[Proxy]:
    try:
        with Proxy(folder, backend_port, changes, settings=settings) as running:
            yield running
    except NoProgram as reason:
        pytest.skip(str(reason))


@pytest.fixture
def proxy(web: WebProcess, tmp_path: Path, changes: dict[str, str], settings: dict[str, str]) -> Iterator[Proxy]:
    with start(tmp_path, web.port, changes, settings=settings) as running:
        yield running


def assert_refused(answer: httpx.Response, status: int, code: str) -> None:
    """The answer is a problem, in the form of the backend's."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body.keys() == {"status", "title", "code", "detail"}


def served(proxy: Proxy, *, size: int = 1_000) -> None:
    """A client of another address reads, and posts a body that the backend reads whole."""
    with httpx.Client(base_url=proxy.url, headers={"X-Forwarded-For": CLIENT}, trust_env=False, timeout=10) as http:
        assert http.get("/jobs").status_code == httpx.codes.OK
        body = {"email": f"nobody@example.com{' ' * size}", "password": "x"}
        answer = http.post("/auth/register", json=body)
        assert answer.json()["errors"][0]["field"] == "email", answer.text


def opened(proxy: Proxy, sent: bytes, source: str = "127.0.0.1") -> socket.socket:
    line = socket.create_connection(("127.0.0.1", proxy.port), timeout=WITHIN_S, source_address=(source, 0))
    line.sendall(sent)
    return line


def answered(lines: list[socket.socket], count: int) -> list[socket.socket]:
    """Wait until at least ``count`` of the lines have an answer, and return those."""
    deadline = time.monotonic() + WITHIN_S
    while len(ready := select.select(lines, [], [], 0.05)[0]) < count:
        assert time.monotonic() < deadline, f"{len(ready)} lines have an answer; {count} were expected"
    return ready


def status_of(line: socket.socket) -> int | None:
    """What the proxy says; None when it hangs up without a word."""
    try:
        said = line.recv(4096)
    except ConnectionResetError:
        return None
    return int(said.split()[1]) if said else None


def test_a_body_that_is_too_large_is_refused_by_its_length_and_kept_nowhere(proxy: Proxy) -> None:
    with opened(proxy, head(200 * MIB)) as line:
        assert status_of(line) == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    answer = httpx.post(f"{proxy.url}/auth/login", content=b" " * (MIB + 1), trust_env=False)
    assert_refused(answer, 413, "body_too_large")
    assert "1048576 bytes" in answer.json()["detail"]


@pytest.mark.parametrize("settings", [{"MAX_BODY_BYTES": "4000"}])
def test_the_largest_body_is_that_of_the_setting(proxy: Proxy) -> None:
    answers = [httpx.post(f"{proxy.url}/auth/login", content=b" " * n, trust_env=False) for n in (4000, 4001)]
    assert [answer.json()["code"] for answer in answers] == ["invalid_request", "body_too_large"]
    assert "4000 bytes" in answers[1].json()["detail"]


@pytest.mark.parametrize("settings", [{"CORS_ORIGINS": f"https://other.example, {ORIGIN}"}])
def test_a_page_of_an_allowed_origin_reads_what_the_proxy_refuses(proxy: Proxy) -> None:
    """The same page may read the backend's answers, whose headers come once."""
    with ExitStack() as stack, httpx.Client(base_url=proxy.url, trust_env=False) as http:
        asked = {"Origin": ORIGIN, "X-Forwarded-For": ATTACKER}
        of_the_backend = http.get("/jobs", headers=asked)
        too_large = http.post("/auth/login", content=b" " * (MIB + 1), headers=asked)
        lines = [stack.enter_context(opened(proxy, head(100))) for _ in range(CROWD)]
        answered(lines, CROWD - MOST)
        too_many = http.get("/jobs", headers=asked)
        preflight = http.options("/jobs", headers={**asked, "Access-Control-Request-Method": "GET"})
        of_another = http.get("/jobs", headers={**asked, "Origin": "https://evil.example"})
    assert_refused(too_large, 413, "body_too_large")
    assert_refused(too_many, 429, "too_many_requests")
    assert too_many.headers["retry-after"] == "5"
    assert too_many.headers["access-control-expose-headers"] == "Retry-After"
    assert preflight.status_code == httpx.codes.NO_CONTENT, "the page would not see why its request was refused"
    for answer in (of_the_backend, too_large, too_many, preflight):
        assert answer.headers.get_list("access-control-allow-origin") == [ORIGIN]
    assert of_another.status_code == httpx.codes.TOO_MANY_REQUESTS
    assert "access-control-allow-origin" not in of_another.headers


@pytest.mark.parametrize("settings", [{"CORS_ORIGINS": ORIGIN}])
def test_a_page_learns_that_the_backend_cannot_be_reached(tmp_path: Path, settings: dict[str, str]) -> None:
    with start(tmp_path, free_port(), settings=settings) as proxy:
        answer = httpx.get(f"{proxy.url}/jobs", headers={"Origin": ORIGIN}, trust_env=False)
    assert_refused(answer, 502, "backend_unreachable")
    assert "Idempotency-Key" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "5"
    assert answer.headers.get_list("access-control-allow-origin") == [ORIGIN]


@pytest.mark.parametrize("settings", [{"CORS_ORIGINS": ORIGIN}])
def test_a_page_learns_that_the_backend_did_not_answer_in_time(tmp_path: Path, settings: dict[str, str]) -> None:
    sooner = {"proxy_read_timeout 40s": "proxy_read_timeout 1s"}
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        start(tmp_path, silent.getsockname()[1], sooner, settings=settings) as proxy,
    ):
        asked = {"Origin": ORIGIN}
        answer = httpx.post(f"{proxy.url}/payments", json={}, headers=asked, trust_env=False, timeout=20)
    assert_refused(answer, 504, "backend_timeout")
    assert "Idempotency-Key" in answer.json()["detail"]
    assert answer.headers.get_list("access-control-allow-origin") == [ORIGIN]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_BODY_BYTES", "1m"),
        ("MAX_BODY_BYTES", "0"),
        ("CORS_ORIGINS", 'https://app.example;"'),
        ("CORS_ORIGINS", "https://app.example,~."),
        ("CORS_ORIGINS", "https://*"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(RuntimeError, match=name), start(tmp_path, free_port(), settings={name: value}):
        pass


def test_large_bodies_lie_in_no_file_while_they_come(proxy: Proxy) -> None:
    """The proxy's /tmp is small, and everybody's."""
    piece = head(MIB) + b" " * (MIB - 1)
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
        assert answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        pass  # nginx closed the connection while the client was still writing, and the answer was lost
    assert proxy.kept_bytes() == 0


@pytest.mark.parametrize("changes", [SOON])
def test_a_head_or_a_body_that_does_not_come_is_hung_up_on(proxy: Proxy) -> None:
    half_head = opened(proxy, b"GET /jobs HTTP/1.1\r\nHost: x\r\nX-")
    half_body = opened(proxy, head(100) + b"{")
    with half_head, half_body:
        served(proxy)
        assert status_of(half_head) in (None, 408)
        assert status_of(half_body) in (None, 408)


@pytest.mark.parametrize("changes", [SOON])
def test_many_heads_that_never_end_are_dropped_and_others_are_served(proxy: Proxy) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(opened(proxy, b"GET / HTTP/1.1\r\nX-")) for _ in range(CROWD)]
        served(proxy)
        assert {status_of(line) for line in lines} <= {None, 408}


@pytest.mark.parametrize(
    ("client", "source"),
    [
        pytest.param(lambda _: ATTACKER, "127.0.0.1", id="ipv4"),
        pytest.param(lambda n: f"2001:db8:1:2:{n:x}::{n:x}", "127.0.0.1", id="ipv6-network"),
        pytest.param(lambda n: ("", "::ffff:")[n % 2] + ATTACKER, "127.0.0.1", id="mapped-ipv4"),
        pytest.param(lambda n: f"203.0.113.{n}", PRIVATE_PEER, id="forged-by-a-private-peer"),
    ],
)
def test_one_address_holds_some_connections_and_not_all(
    proxy: Proxy, client: Callable[[int], str], source: str
) -> None:
    """Each request waits for a body that does not come; a client of another address is served meanwhile."""
    with ExitStack() as stack:
        lines = [stack.enter_context(opened(proxy, head(100, client=client(n)), source)) for n in range(CROWD)]
        refused = answered(lines, CROWD - MOST)
        served(proxy)
        assert [status_of(line) for line in refused] == [httpx.codes.TOO_MANY_REQUESTS] * (CROWD - MOST)


def test_two_ipv6_networks_are_two_addresses(proxy: Proxy) -> None:
    with ExitStack() as stack:
        lines = [
            stack.enter_context(opened(proxy, head(1, client=f"2001:db8:1:{n % 2}::1"))) for n in range(2 * MOST - 2)
        ]
        for line in lines:
            line.sendall(b"{")
        assert {status_of(line) for line in lines} == {httpx.codes.BAD_REQUEST}


def test_a_burst_of_webhooks_from_one_address_reaches_the_backend(proxy: Proxy) -> None:
    """More than ``MOST`` unsigned webhooks are under way, and the backend itself refuses each."""
    with ExitStack() as stack:
        sent = head(1, path="/webhooks/stripe")
        lines = [stack.enter_context(opened(proxy, sent)) for _ in range(CROWD)]
        served(proxy)
        for line in lines:
            line.sendall(b"{")
        assert {status_of(line) for line in lines} == {httpx.codes.BAD_REQUEST}


def test_a_client_of_many_requests_in_a_row_on_one_connection_is_never_refused(proxy: Proxy) -> None:
    with httpx.Client(base_url=proxy.url, headers={"X-Forwarded-For": CLIENT}, trust_env=False) as http:
        assert {http.get("/jobs").status_code for _ in range(2 * MOST)} == {httpx.codes.OK}


def test_the_log_names_the_cause_when_no_backend_can_be_reached(tmp_path: Path) -> None:
    with start(tmp_path, free_port()) as proxy:
        assert httpx.get(f"{proxy.url}/jobs", trust_env=False).status_code == httpx.codes.BAD_GATEWAY
        assert "Connection refused" in proxy.log.read_text()
