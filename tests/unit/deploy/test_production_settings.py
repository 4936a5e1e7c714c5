"""``.env.production.example`` and the compose file's environment name what production needs, and nothing unknown."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from runtime.setting_sources import Source, read_file
from runtime.settings import MINIMUM_SECRET, REQUIRED_IN_PRODUCTION, VARIABLES, Settings, SettingsError, settle
from tests.sendgrid_webhooks import PUBLIC_KEY
from tests.unit.docs.markdown import PROJECT

EXAMPLE = PROJECT / ".env.production.example"
COMPOSE = (PROJECT / "docker-compose.prod.yml").read_text()
LISTED = read_file(EXAMPLE)
OURS = VARIABLES
BESIDE = {"HANDWORK_DOTENV", "PROMETHEUS_MULTIPROC_DIR"}
"""Read before there are settings."""
OF_COMPOSE = {"COMPOSE_PROFILES"}
FILLED_IN = {
    "JWT_SECRET_KEY": "x" * MINIMUM_SECRET,
    "FLOWER_BASIC_AUTH": "operator:password",
    "STRIPE_SECRET_KEY": "sk_test_filled",
    "STRIPE_WEBHOOK_SECRETS": "whsec_filled",
    "STRIPE_CONNECT_WEBHOOK_SECRETS": "whsec_filled",
    "SENDGRID_API_KEY": "SG.filled",
    "SENDGRID_WEBHOOK_PUBLIC_KEYS": PUBLIC_KEY,
    "MAIL_FROM": "Handwork <no-reply@handwork.test>",
    "APP_URL": "https://app.handwork.test",
    "WEB_PUBLIC_URL": "https://api.handwork.test",
}


def interpolated() -> dict[str, str | None]:
    """The names that compose puts in, with their defaults."""
    return {name: default or None for name, default in re.findall(r"\$\{([A-Z_]+)(?::-([^}]*)|:\?[^}]*)\}", COMPOSE)}


def environment() -> dict[str, str]:
    """Of every process of ours, as compose makes it with the example's names."""
    written: dict[str, Any] = yaml.safe_load(COMPOSE)["x-process"]["environment"]
    found = {name: re.sub(r"\$\{([A-Z_]+):-[^}]*\}", lambda m: LISTED[m[1]], value) for name, value in written.items()}
    assert all(isinstance(value, str) for value in written.values()), "YAML would write a number its own way"
    return found


def settled(**changes: str) -> Settings:
    filled = LISTED | FILLED_IN | changes
    return settle([Source(EXAMPLE.name, filled), Source("the container", environment())])


def test_every_name_of_the_example_is_a_setting_or_is_read_by_compose() -> None:
    assert LISTED.keys() - OURS == interpolated().keys() - OURS | OF_COMPOSE


def test_what_compose_puts_in_has_the_same_default_in_both() -> None:
    assert {name: default for name, default in interpolated().items() if default not in (None, LISTED[name])} == {}


def test_the_environment_of_a_container_has_settings_only() -> None:
    assert environment().keys() - OURS == BESIDE
    assert not environment().keys() & LISTED.keys(), "what a container sets itself wins, so it is no choice"


def test_what_production_requires_is_asked_for() -> None:
    assert {name.upper() for name in REQUIRED_IN_PRODUCTION} <= LISTED.keys()


def test_filled_in_it_is_enough() -> None:
    found = settled()
    assert found.handwork_env == "production"
    assert found.database == "sqlite:////data/handwork.db"
    assert found.broker_url.startswith("redis://:BROKER_PASSWORD@redis:")
    assert len(found.proxies) == 2


@pytest.mark.parametrize("name", sorted(set(FILLED_IN) - {"WEB_PUBLIC_URL", "STRIPE_CONNECT_WEBHOOK_SECRETS"}))
def test_what_is_left_empty_is_refused_by_name(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settled(**{name: ""})


def test_each_is_explained() -> None:
    paragraphs = [p for p in EXAMPLE.read_text().split("\n\n") if re.search(r"^[A-Z_]+=", p, re.MULTILINE)]
    assert len(paragraphs) >= 15
    assert [p for p in paragraphs if not p.startswith("# ")] == []


def test_no_secret_is_in_the_example() -> None:
    kept = re.compile(r"SECRET|KEY|AUTH")
    assert [name for name, value in LISTED.items() if kept.search(name) and value] == []
