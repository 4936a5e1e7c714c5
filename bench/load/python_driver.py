"""The driver for machines without wrk: one asyncio process.

It costs several times as much processor time as wrk, so fast servers look slower than they are;
its name in the result says so.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import uvloop

from bench.figures import quantile
from bench.load.lists import PIECE, TEMPLATE, RequestList
from bench.load.result import LoadResult


class _Run:
    """The state that all connections share: the list, the end of the run, the counts."""

    def __init__(self, requests: Iterator[bytes], ends_at: float) -> None:
        self.requests = requests
        self.ends_at = ends_at
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.socket_errors = 0
        self.exhausted = False

    def next(self) -> bytes | None:
        if time.perf_counter() >= self.ends_at:
            return None
        request = next(self.requests, None)
        self.exhausted = self.exhausted or request is None
        return request


def made_requests(requests: RequestList) -> Iterator[bytes]:
    """The raw requests of a list; over and over if it says so."""
    # Bytes, because reading text would change the line ends.
    templates = [text.split(PIECE.encode()) for text in requests.template.read_bytes().split(TEMPLATE.encode())]
    lines = requests.lines.read_bytes().removesuffix(b"\n").split(b"\n")
    for line in itertools.cycle(lines) if requests.again else lines:
        fields, pieces = line.split(b"\t"), templates[0]
        if len(templates) > 1:
            pieces = templates[int(fields.pop(0)) - 1]
        cuts = fields if len(pieces) > 1 else []
        yield b"".join(itertools.chain.from_iterable(zip(pieces, [*cuts, b""], strict=True)))


async def _connection(run: _Run, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (request := run.next()) is not None:
        started = time.perf_counter()
        writer.write(request)
        try:
            answer = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(answer))
        except (ConnectionError, asyncio.IncompleteReadError):
            run.socket_errors += 1
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        run.latencies.append((time.perf_counter() - started) * 1e3)
        run.statuses[answer[9:12].decode()] += 1
    writer.close()


def _length(answer: bytes) -> int:
    _, found, rest = answer.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def _drive(port: int, connections: int, seconds: float, requests: Iterator[bytes]) -> LoadResult:
    started = time.perf_counter()
    run = _Run(requests, started + seconds)
    await asyncio.gather(*(_connection(run, port) for _ in range(connections)))
    taken = time.perf_counter() - started
    seen = run.latencies or [0.0]
    return LoadResult(
        driver="python-asyncio",
        requests=len(run.latencies),
        seconds=taken,
        p50_ms=quantile(seen, 0.5),
        p99_ms=quantile(seen, 0.99),
        max_ms=max(seen),
        socket_errors=run.socket_errors,
        exhausted=run.exhausted,
        statuses=dict(run.statuses),
    )


def main(arguments: list[str]) -> None:
    port, connections, seconds, template, lines, again = arguments
    requests = made_requests(RequestList(Path(template), Path(lines), again == "again"))
    result = uvloop.run(_drive(int(port), int(connections), float(seconds), requests))
    print("RESULT " + msgspec.json.encode(result).decode())


if __name__ == "__main__":
    main(sys.argv[1:])
