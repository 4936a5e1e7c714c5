"""``python -m sandbox``: see ``--help``."""

from __future__ import annotations

import logging
import sys

import uvicorn

from sandbox.app import build
from sandbox.connection import CuttableProtocol
from sandbox.options import parse


def main() -> None:
    options = parse(sys.argv[1:])
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
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
    print(f"sandbox: Stripe and SendGrid at http://{options.host}:{options.port}, data in {options.data}", flush=True)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
