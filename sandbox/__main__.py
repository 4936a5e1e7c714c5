"""Run the sandbox with ``python -m sandbox``; see its ``--help``."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

import uvicorn

from sandbox.app import build
from sandbox.connection import CuttableProtocol
from sandbox.options import parse


class JsonLines(logging.Formatter):
    """Formats a log record as one JSON object on one line, with the traceback in it."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "role": "sandbox",
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def main() -> None:
    options = parse(sys.argv[1:])
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    log = logging.getLogger("sandbox")
    log.setLevel(logging.INFO)
    config = uvicorn.Config(
        build(options),
        host=options.host,
        port=options.port,
        http=CuttableProtocol,
        loop="uvloop",
        ws="none",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=3,
        server_header=False,
    )
    log.info("sandbox of Stripe and SendGrid at http://%s:%d, data in %s", options.host, options.port, options.data)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
