"""Write the sandbox's arguments into a file, because every user can read a command line."""

from __future__ import annotations

from pathlib import Path

from cli.stack.choices import Choices


def sandbox_file(home: Path) -> Path:
    return home / "run" / "sandbox.arguments"


def sandbox_arguments(home: Path, choices: Choices) -> str:
    """Return the sandbox's arguments, one a line."""
    values, web = choices.values, choices.web
    words = {"port": values["SANDBOX_PORT"], "data": str(home / "sandbox"), "api-url": web}
    if choices.sandboxes_stripe:
        words |= {
            "stripe-webhook-url": f"{web}/webhooks/stripe",
            "stripe-webhook-secret": _current(values["STRIPE_WEBHOOK_SECRETS"]),
            "stripe-connect-webhook-url": f"{web}/webhooks/stripe/connect",
            "stripe-connect-webhook-secret": _current(values["STRIPE_CONNECT_WEBHOOK_SECRETS"]),
            "stripe-secret-key": values["STRIPE_SECRET_KEY"],
            "stripe-publishable-key": values["STRIPE_PUBLISHABLE_KEY"],
        }
    if choices.sandboxes_sendgrid:
        words |= {
            "sendgrid-webhook-url": f"{web}/webhooks/sendgrid",
            "sendgrid-webhook-private-key": values["SANDBOX_SENDGRID_PRIVATE_KEY"],
            "sendgrid-api-key": values["SENDGRID_API_KEY"],
        }
    return "".join(f"--{name}\n{value}\n" for name, value in words.items())


def _current(secrets: str) -> str:
    return secrets.split(",")[0].strip()
