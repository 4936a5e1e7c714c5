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
    connect_webhook_url: str | None
    connect_webhook_secret: str
    webhook_retry_ms: int
    webhook_retry_cap_ms: int
    settle_ms: int
    payout_ms: int


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
    add("--stripe-connect-webhook-url", metavar="URL", help="where events of connected accounts are posted")
    add("--stripe-connect-webhook-secret", default="whsec_connect", metavar="whsec_…",
        help="signs those (%(default)s)")  # fmt: skip
    add("--stripe-settle-ms", type=int, default=2000, metavar="MS",
        help="until a charge's money is available (%(default)s, to the second), which takes Stripe days")  # fmt: skip
    add("--stripe-payout-ms", type=int, default=500, metavar="MS",
        help="between the steps of a payout, and of a refund that takes its time (%(default)s)")  # fmt: skip
    add("--webhook-retry-ms", type=int, default=1000, metavar="MS",
        help="pause before the first redelivery (%(default)s), doubled each time for up to three days")  # fmt: skip
    add("--webhook-retry-cap-ms", type=int, default=30_000, metavar="MS",
        help="the longest pause (%(default)s); Stripe's own grow to hours")  # fmt: skip
    _check(parser, found := parser.parse_args(arguments))
    return _options(found)


def _check(parser: argparse.ArgumentParser, found: argparse.Namespace) -> None:
    if found.webhook_retry_ms < 1 or found.webhook_retry_cap_ms < found.webhook_retry_ms:
        parser.error("--webhook-retry-ms must be at least 1, and --webhook-retry-cap-ms no less")
    if found.stripe_settle_ms < 0 or found.stripe_payout_ms < 0:
        parser.error("--stripe-settle-ms and --stripe-payout-ms must not be negative")


def _options(found: argparse.Namespace) -> Options:
    return Options(
        host=found.host,
        port=found.port,
        data=found.data,
        secret_key=found.stripe_secret_key,
        publishable_key=found.stripe_publishable_key,
        webhook_url=found.stripe_webhook_url,
        webhook_secret=found.stripe_webhook_secret,
        connect_webhook_url=found.stripe_connect_webhook_url,
        connect_webhook_secret=found.stripe_connect_webhook_secret,
        settle_ms=found.stripe_settle_ms,
        payout_ms=found.stripe_payout_ms,
        webhook_retry_ms=found.webhook_retry_ms,
        webhook_retry_cap_ms=found.webhook_retry_cap_ms,
    )
