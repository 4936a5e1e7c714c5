"""Write the sandbox's arguments into a file, because every user can read a command line."""

from __future__ import annotations

from pathlib import Path

from cli.stack.choices import Choices


def sandbox_file(home: Path) -> Path:
    return home / "run" / "sandbox.arguments"


def sandbox_arguments(home: Path, choices: Choices) -> str:
    """Return the sandbox's arguments, one a line."""
    words = (
        *("--port", choices.values["SANDBOX_PORT"]),
        *("--data", str(home / "sandbox")),
        *("--api-url", choices.web),
        *(_stripe(choices) if choices.sandboxes_stripe else ()),
        *(_sendgrid(choices) if choices.sandboxes_sendgrid else ()),
    )
    return "".join(f"{word}\n" for word in words)


def _stripe(choices: Choices) -> tuple[str, ...]:
    values = choices.values
    return (
        *("--stripe-webhook-url", f"{choices.web}/webhooks/stripe"),
        *("--stripe-webhook-secret", values["STRIPE_WEBHOOK_SECRETS"].split(",")[0].strip()),
        *("--stripe-connect-webhook-url", f"{choices.web}/webhooks/stripe/connect"),
        *("--stripe-connect-webhook-secret", values["STRIPE_CONNECT_WEBHOOK_SECRETS"].split(",")[0].strip()),
        *("--stripe-secret-key", values["STRIPE_SECRET_KEY"]),
        *("--stripe-publishable-key", values["STRIPE_PUBLISHABLE_KEY"]),
    )


def _sendgrid(choices: Choices) -> tuple[str, ...]:
    values = choices.values
    return (
        *("--sendgrid-webhook-url", f"{choices.web}/webhooks/sendgrid"),
        *("--sendgrid-webhook-private-key", values["SANDBOX_SENDGRID_PRIVATE_KEY"]),
        *("--sendgrid-api-key", values["SENDGRID_API_KEY"]),
    )
