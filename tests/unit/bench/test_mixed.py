"""The mixed load keeps its shares, sends whole requests and repeats none of them."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

from bench.load.mixed import SHARES, parts_of
from bench.load.python_driver import made_requests
from bench.ours import our_cursor
from bench.requests import MAKERS, Requests
from bench.seed.rows import Size

ROUTE = {
    b"GET /jobs?status": "pages",
    b"GET /jobs?q=": "searches",
    b"POST /payments": "payments",
    b"POST /webhooks": "webhooks",
    b"POST /jobs": "posts",
}


def ours(folder: Path) -> Requests:
    size = Size(jobs=1_000, bookings=1_000)
    return Requests("ours", folder, size, "j" * 32, "whsec_x", MAKERS, cursor=our_cursor)


def route_of(request: bytes) -> str:
    return next(route for start, route in ROUTE.items() if request.startswith(start))


def test_each_hundred_requests_have_the_shares(tmp_path: Path) -> None:
    sent = list(made_requests(ours(tmp_path).make("mixed", 300)))
    for start in (0, 100, 200):
        assert Counter(map(route_of, sent[start : start + 100])) == SHARES
    assert len(sent) == 300


def test_a_mixed_request_is_whole_and_has_its_body(tmp_path: Path) -> None:
    for request in made_requests(ours(tmp_path).make("mixed", 100)):
        head, _, body = request.partition(b"\r\n\r\n")
        assert not {0x1D, 0x1E} & set(request)
        assert (b"Content-Length: %d" % len(body) in head) == bool(body)


def test_the_next_list_repeats_no_write_and_hardly_a_read(tmp_path: Path) -> None:
    requests = ours(tmp_path)
    first = list(made_requests(requests.make("mixed", 200)))
    requests.used("mixed", 200)
    more = list(made_requests(requests.make("mixed", 200)))
    assert {route_of(repeated) for repeated in set(first) & set(more)} <= {"pages", "searches"}
    assert len(set(first + more)) > 395


def test_what_a_peer_may_repeat_starts_over(tmp_path: Path) -> None:
    floor = Requests("floor", tmp_path, Size(1_000, 1_000), "j" * 32, "whsec_x", MAKERS, forgets=True)
    sent = list(islice(made_requests(floor.make("mixed", 100)), 250))
    assert sent[:50] == sent[100:150]


def test_the_parts_of_a_started_hundred_count_in_full() -> None:
    assert parts_of(101) == {route: 2 * share for route, share in SHARES.items()}
