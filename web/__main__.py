"""``python -m web``: the HTTP server."""

from __future__ import annotations

import argparse

import uvicorn

from runtime.settings import load


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m web",
        description="Serve the HTTP API on WEB_HOST:WEB_PORT. It needs the database and nothing else.",
    )
    parser.add_argument("--processes", type=int, default=1, help="server processes on the one port (default 1)")
    processes = parser.parse_args().processes
    settings = load()
    uvicorn.run(
        "web.app:create_app",
        factory=True,
        host=settings.web_host,
        port=settings.web_port,
        workers=processes,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=30,
        lifespan="on",
    )


if __name__ == "__main__":
    main()
