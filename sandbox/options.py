"""What the sandbox is started with."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

ABOUT = "Stripe as a local server: stateful, signs webhooks, injects faults, counts effects."
EXAMPLES = """\
examples:
  python -m sandbox --port 8100 --data .handwork/sandbox
  python -m sandbox --port 8100 --data /tmp/sandbox \\
      --stripe-webhook-url http://127.0.0.1:8000/webhooks/stripe --stripe-webhook-secret whsec_sandbox
  curl -u sk_test_sandbox: localhost:8100/v1/payment_intents -d amount=5000 -d currency=usd \\
      -d 'allowed_payment_method_types[]=card' -d payment_method=pm_card_visa -d confirm=true
  curl localhost:8100/sandbox/effects
  curl localhost:8100/sandbox/faults -d '{"kind": "effect_without_answer", "next": 3}'

What is modelled and what is not: docs/sandbox.md, and the page at / of the server.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """``webhook_url`` None: events are written, and delivered nowhere."""

    host: str
    port: int
    data: Path
    secret_key: str
    publishable_key: str
    webhook_url: str | None
    webhook_secret: str
    webhook_retry_ms: int
    webhook_retry_cap_ms: int


def parse(arguments: list[str]) -> Options:
    """Exits with 2 and the reason when they are wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=int, required=True, help="TCP port to listen on")
    add("--data", type=Path, required=True, metavar="DIR", help="folder of sandbox.db; what it holds survives")
    add("--host", default="127.0.0.1", help="address to listen on (%(default)s); it is not made for a network")
    add("--stripe-secret-key", default="sk_test_sandbox", metavar="sk_test_…", help="(%(default)s)")
    add("--stripe-publishable-key", default="pk_test_sandbox", metavar="pk_test_…", help="(%(default)s)")
    add("--stripe-webhook-url", metavar="URL", help="where events are posted; without it, nowhere")
    add("--stripe-webhook-secret", default="whsec_sandbox", metavar="whsec_…", help="signs them (%(default)s)")
    add("--webhook-retry-ms", type=int, default=1000, metavar="MS",
        help="pause before the first redelivery (%(default)s), doubled each time for up to three days")  # fmt: skip
    add("--webhook-retry-cap-ms", type=int, default=30_000, metavar="MS",
        help="the longest pause (%(default)s); Stripe's own grow to hours")  # fmt: skip
    found = parser.parse_args(arguments)
    if found.webhook_retry_ms < 1 or found.webhook_retry_cap_ms < found.webhook_retry_ms:
        parser.error("--webhook-retry-ms must be at least 1, and --webhook-retry-cap-ms no less")
    return Options(
        host=found.host,
        port=found.port,
        data=found.data,
        secret_key=found.stripe_secret_key,
        publishable_key=found.stripe_publishable_key,
        webhook_url=found.stripe_webhook_url,
        webhook_secret=found.stripe_webhook_secret,
        webhook_retry_ms=found.webhook_retry_ms,
        webhook_retry_cap_ms=found.webhook_retry_cap_ms,
    )
