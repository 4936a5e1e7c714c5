"""``python -m web``: the HTTP server."""

from __future__ import annotations

import argparse
import socket
import sys

import uvicorn

import runtime.lean  # noqa: F401 - first: structlog looks for rich when it is imported
from runtime import logging
from runtime.database import DatabaseProblem
from runtime.settings import SettingsError, load
from web.protocol import HandworkProtocol


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m web",
        description="Serve the HTTP API on WEB_HOST:WEB_PORT. It needs the database and nothing else.",
    )
    parser.add_argument("--fd", type=int, help="serve on this inherited socket instead of opening WEB_HOST:WEB_PORT")
    fd = parser.parse_args().fd
    logging.configure("web")
    settings = load()
    config = uvicorn.Config(
        "web.app:create_app",
        factory=True,
        host=settings.web_host,
        port=settings.web_port,
        loop="uvloop",
        http=HandworkProtocol,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # web/client_address.py reads the client's address, with the proxies that we trust
        # Longer than clients and proxies hold an idle connection (nginx 60 s, httpx 5 s): the sender closes its
        # connection first, and never sends on one that this server is closing.
        timeout_keep_alive=65,
        timeout_graceful_shutdown=30,
        lifespan="on",
        backlog=2048,
    )
    server = uvicorn.Server(config)
    server.run(sockets=None if fd is None else [socket.socket(fileno=fd)])
    if not server.started:
        sys.exit(3)


if __name__ == "__main__":
    try:
        main()
    except (SettingsError, DatabaseProblem) as error:
        logging.refuse(error)
