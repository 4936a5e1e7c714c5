"""What the sandbox's page, help and documentation tell is what it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.control import OPERATION_NAMES
from sandbox.faults import ABOUT, DEFAULT_MS, Kind
from sandbox.options import parse
from sandbox.sendgrid.events import EVENT_TYPES as MAIL_EVENT_TYPES
from sandbox.sendgrid.events import STORIES
from sandbox.stripe.cards import CARDS
from sandbox.stripe.objects import EVENT_TYPES

DOCUMENT = (Path(__file__).parents[3] / "docs" / "reference" / "sandbox.md").read_text()


@pytest.mark.parametrize(
    "name", [*sorted(OPERATION_NAMES), *Kind, *(c for c in CARDS if not c.startswith("pm_card_visa_c"))]
)
def test_the_document_names_it(name: str) -> None:
    assert f"`{name}`" in DOCUMENT


@pytest.mark.parametrize("event", sorted(EVENT_TYPES))
def test_the_document_names_the_event(event: str) -> None:
    noun, _, turn = event.partition(".")
    assert f"`{event}`" in DOCUMENT or (noun == "payment_intent" and f"`.{turn}`" in DOCUMENT)


@pytest.mark.parametrize("name", [*MAIL_EVENT_TYPES, *STORIES])
def test_the_document_names_what_becomes_of_mails(name: str) -> None:
    assert f"`{name}`" in DOCUMENT


@pytest.mark.parametrize(("kind", "ms"), DEFAULT_MS.items())
def test_the_default_time_of_a_fault_is_told(kind: Kind, ms: int) -> None:
    row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{kind}` |"))
    assert f"`ms` ({ms:,})" in row
    assert f"ms ({ms})" in ABOUT[kind]


def test_the_example_of_the_document_is_understood() -> None:
    example = DOCUMENT.split("```")[1].replace("\\\n", " ").split()
    options = parse(example[3:])
    assert (options.port, options.stripe_webhook_secret) == (8010, "whsec_sandbox")
    assert options.stripe_webhook_url == "http://127.0.0.1:8000/webhooks/stripe"


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["--port", "x", "--data", "d"],
        ["--port", "1", "--data", "d", "--sendgrid-webhook-url", "http://x"],
        ["--port", "1", "--data", "d", "--webhook-retry-ms", "0"],
    ],
)
def test_wrong_options_are_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(wrong)
    assert caught.value.code == 2
    assert "usage: python -m sandbox" in capsys.readouterr().err
