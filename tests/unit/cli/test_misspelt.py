"""A name in ``.env`` that is nearly one of ours is said, with the one that was meant."""

from __future__ import annotations

import pytest

from cli.stack.doubts import KNOWN, misspelt
from runtime.setting_sources import Source


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("STRIPE_WEBHOOK_SECRET", "STRIPE_WEBHOOK_SECRETS"),
        ("STRIPE_SECRET_KEYS", "STRIPE_SECRET_KEY"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("web_port", "WEB_PORT"),
        ("SANDBOX_PROT", "SANDBOX_PORT"),
        ("CORS_ORIGIN", "CORS_ORIGINS"),
        ("LEASE_S", "LEASE_MS"),
    ],
)
def test_the_name_that_was_meant(written: str, meant: str) -> None:
    assert list(misspelt(Source("/srv/.env", {written: "1"}))) == [
        f"/srv/.env: {written} is no setting, so it does nothing; {meant} is one"
    ]


@pytest.mark.parametrize("name", ["PATH", "HTTPS_PROXY", "PIP_INDEX_URL", "COMPOSE_PROJECT_NAME", "AWS_REGION"])
def test_what_is_somebody_else_s_is_left_alone(name: str) -> None:
    assert list(misspelt(Source(".env", {name: "1"}))) == []


def test_what_is_known_is_none() -> None:
    assert list(misspelt(Source(".env", dict.fromkeys(KNOWN, "1")))) == []
