"""The options of the sandbox."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from sandbox.sendgrid.events import read_private_key

ABOUT = "Stripe and SendGrid as a local server: stateful, signs webhooks, injects faults, counts effects."
EXAMPLES = """\
examples:
  python -m sandbox --port 8010 --data .handwork/sandbox
  python -m sandbox --port 8010 --data /tmp/sandbox \\
      --stripe-webhook-url http://127.0.0.1:8000/webhooks/stripe --stripe-webhook-secret whsec_sandbox
  curl -u sk_test_sandbox: localhost:8010/v1/payment_intents -d amount=5000 -d currency=usd \\
      -d 'allowed_payment_method_types[]=card' -d payment_method=pm_card_visa -d confirm=true
  curl localhost:8010/v3/mail/send -H 'authorization: Bearer SG.sandbox' -H 'content-type: application/json' \\
      -d '{"personalizations": [{"to": [{"email": "alice@example.com"}]}], "from": {"email": "hello@example.com"},
           "subject": "Hello", "content": [{"type": "text/plain", "value": "Hello."}]}'
  curl localhost:8010/sandbox/effects
  curl localhost:8010/sandbox/faults -d '{"kind": "effect_without_answer", "next": 3}'

@FILE stands for the arguments in FILE, one a line: secrets on a command line can be read by everybody on a machine.
What is modelled and what is not: docs/reference/sandbox.md, and the page at / of the server.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """The command line's options by their names; a webhook's URL is None for events that are delivered nowhere.

    ``api_url`` None: the links of mails do nothing.  ``sendgrid_key``: the key that the text beside it stands for."""

    host: str
    allow_host: list[str]
    port: int
    data: Path
    api_url: str | None
    stripe_secret_key: str
    stripe_publishable_key: str
    stripe_webhook_url: str | None
    stripe_webhook_secret: str
    stripe_connect_webhook_url: str | None
    stripe_connect_webhook_secret: str
    stripe_settle_ms: int
    stripe_payout_ms: int
    sendgrid_api_key: str
    sendgrid_webhook_url: str | None
    sendgrid_webhook_private_key: str | None
    sendgrid_key: EllipticCurvePrivateKey | None
    webhook_retry_ms: int
    webhook_retry_cap_ms: int


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        fromfile_prefix_chars="@",
    )
    add = parser.add_argument
    add("--port", type=int, required=True, help="TCP port to listen on")
    add("--data", type=Path, required=True, metavar="DIR", help="folder of sandbox.db; what it holds survives")
    add("--host", default="127.0.0.1", help="address to listen on (%(default)s); it is not made for a network")
    add("--allow-host", action="append", default=[], metavar="NAME",
        help="answer to this Host, too; else to loopback's and --host's only")  # fmt: skip
    add(
        "--api-url",
        type=lambda url: url.rstrip("/") or None,
        metavar="URL",
        help="of the API that the links of mails ask; without it they only say what they are",
    )
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
    add("--sendgrid-api-key", default="SG.sandbox", metavar="SG.…", help="(%(default)s)")
    add("--sendgrid-webhook-url", metavar="URL", help="where events of mails are posted; without it, nowhere")
    add("--sendgrid-webhook-private-key", metavar="BASE64", help="signs them: a P-256 key, PKCS #8, DER")
    add("--webhook-retry-ms", type=int, default=1000, metavar="MS",
        help="pause before the first redelivery (%(default)s), doubled each time for up to three days")  # fmt: skip
    add("--webhook-retry-cap-ms", type=int, default=30_000, metavar="MS",
        help="the longest pause (%(default)s); Stripe's own grow to hours")  # fmt: skip
    return parser


def parse(arguments: list[str]) -> Options:
    """Exits with 2 and the reason when they are wrong."""
    parser = _parser()
    found = parser.parse_args(arguments)
    _check(parser, found)
    return Options(**vars(found), sendgrid_key=_key(parser, found))


def _check(parser: argparse.ArgumentParser, found: argparse.Namespace) -> None:
    if found.webhook_retry_ms < 1 or found.webhook_retry_cap_ms < found.webhook_retry_ms:
        parser.error("--webhook-retry-ms must be at least 1, and --webhook-retry-cap-ms no less")
    if found.stripe_settle_ms < 0 or found.stripe_payout_ms < 0:
        parser.error("--stripe-settle-ms and --stripe-payout-ms must not be negative")


def _key(parser: argparse.ArgumentParser, found: argparse.Namespace) -> EllipticCurvePrivateKey | None:
    if found.sendgrid_webhook_url is None:
        return None
    try:
        return read_private_key(found.sendgrid_webhook_private_key or "")
    except (ValueError, TypeError) as error:
        parser.error(f"--sendgrid-webhook-url needs a --sendgrid-webhook-private-key: {error}")
