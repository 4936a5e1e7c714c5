"""A wrong setting is refused at start, by its variable's name."""

from pathlib import Path

import pytest

from runtime.setting_sources import Source, dotenv_source
from runtime.settings import REQUIRED_IN_PRODUCTION, SettingsError, load, settle

PRODUCTION = {
    "HANDWORK_ENV": "production",
    "JWT_SECRET_KEY": "k" * 32,
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_WEBHOOK_SECRETS": "whsec_x",
    "SENDGRID_API_KEY": "SG.x",
    "SENDGRID_WEBHOOK_PUBLIC_KEYS": "key",
    "MAIL_FROM": "Handwork <hello@handwork.test>",
    "APP_URL": "https://handwork.test",
    "FLOWER_BASIC_AUTH": "a:b",
}


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"WEB_PORT": "http"}, "WEB_PORT"),
        ({"WEB_PORT": "0"}, "WEB_PORT"),
        ({"HANDWORK_ENV": "prod"}, "HANDWORK_ENV"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"JWT_SECRET_KEY": "short"}, "JWT_SECRET_KEY"),
        ({"LEASE_RENEW_MS": "9000"}, "LEASE_RENEW_MS"),
        ({"PROVIDER_DEADLINE_MS": "15000"}, "PROVIDER_DEADLINE_MS"),
        ({"WORKER_FEE_BP": "5001"}, "WORKER_FEE_BP"),
        ({**PRODUCTION, "JWT_SECRET_KEY": ""}, "JWT_SECRET_KEY"),
        ({"MAIL_FROM": "nobody"}, "MAIL_FROM"),
        ({"MAIL_FROM": "Eve\r\nBcc: all@example.com <eve@example.com>"}, "MAIL_FROM"),
        ({"MAIL_FROM": "Eve <eve@example.com>, bob@example.com"}, "MAIL_FROM"),
        ({"APP_URL": "javascript:alert(1)"}, "APP_URL"),
        ({"CORS_ORIGINS": "*"}, "CORS_ORIGINS"),
        ({"CORS_ORIGINS": "https://*"}, "CORS_ORIGINS"),
        ({"CORS_ORIGINS": "https://app.example.com, https://*.example.com"}, "CORS_ORIGINS"),
        ({"DELIVERY_DOUBT_MS": "0"}, "DELIVERY_DOUBT_MS"),
        ({**PRODUCTION, "APP_URL": "http://handwork.test"}, "APP_URL"),
        ({**PRODUCTION, "MAIL_FROM": ""}, "MAIL_FROM"),
        ({**PRODUCTION, "SENDGRID_API_KEY": ""}, "SENDGRID_API_KEY"),
        ({**PRODUCTION, "SENDGRID_API_BASE": "http://127.0.0.1:8010"}, "SENDGRID_API_BASE"),
        ({**PRODUCTION, "STRIPE_API_BASE": "http://127.0.0.1:8010"}, "STRIPE_API_BASE"),
    ],
)
def test_a_wrong_value_is_refused_by_name(environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=f"^{named}: "):
        load(environment)


def test_everything_that_is_wrong_is_named_in_one_refusal(tmp_path: Path) -> None:
    """Lines that are no settings, values of the wrong kind and form, and what production lacks."""
    dotenv = tmp_path / ".env"
    dotenv.write_text("HANDWORK_ENV=production\nWEB_PORT\n=value\nRELAY_WINDOW=many\nLOG_LEVEL=loud\nWEB_PORT=0\n")
    with pytest.raises(SettingsError) as caught:
        settle(
            [dotenv_source({"HANDWORK_DOTENV": str(dotenv)}), Source("the environment", {"JWT_SECRET_KEY": "short"})]
        )
    lines = str(caught.value).splitlines()
    assert lines[:2] == [f"{dotenv}:2: expected NAME=value", f"{dotenv}:3: expected NAME=value"]
    named = [line.partition(":")[0] for line in lines[2:]]
    assert sorted(named) == sorted(
        {"RELAY_WINDOW", "WEB_PORT", "LOG_LEVEL", "JWT_SECRET_KEY", "MAIL_FROM"}
        | {name.upper() for name in REQUIRED_IN_PRODUCTION}
    )
    assert f"LOG_LEVEL: must be DEBUG, INFO, WARNING, ERROR or CRITICAL; it is 'loud' (from {dotenv})" in lines
    assert "JWT_SECRET_KEY: must have at least 32 characters (from the environment)" in lines


def test_the_defaults_are_good() -> None:
    assert load({}).database.startswith("sqlite:///")


def test_a_production_that_names_its_secrets_is_accepted() -> None:
    assert load(PRODUCTION).handwork_env == "production"


def test_an_empty_variable_is_as_if_it_were_not_there() -> None:
    assert load({"WEB_PORT": ""}).web_port == 8000


def test_secrets_are_a_list() -> None:
    assert load({"STRIPE_WEBHOOK_SECRETS": "whsec_a, whsec_b,"}).stripe_secrets == ("whsec_a", "whsec_b")


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("DATABASE_URL", "sqlite:///handwork.db", "sqlite:////srv/handwork.db"),
        ("DATABASE_URL", "sqlite:///:memory:", "postgresql:///handwork"),
        ("DATABASE_URL", "postgresql://alice@host:port/handwork", "postgresql://alice:secret@host:5432/handwork"),
        ("BROKER_URL", "127.0.0.1:6379", "rediss://:secret@host:6379/0"),
        ("BROKER_URL", "redis://host:port/0", "redis://host/0"),
        ("BACKUP_DIR", "backups", "/srv/backups"),
        ("LOG_FORMAT", "pretty", "human"),
        ("LOG_LEVEL", "info", "WARNING"),
        ("WEB_HOST", "http://10.0.0.1", "10.0.0.1"),
        ("WEB_HOST", "::1", "localhost"),
        ("WEB_PORT", "65536", "65535"),
        ("WEB_PUBLIC_URL", "api.example.com", "https://api.example.com/handwork"),
        ("CORS_ORIGINS", "*", "https://app.example.com"),
        ("CORS_ORIGINS", "foo", "http://localhost:3000"),
        ("CORS_ORIGINS", "https://app.example.com, https://b.example/", "https://app.example.com, https://b.example"),
        ("FLOWER_BASIC_AUTH", "operator", "operator:a:b"),
        ("FLOWER_BASIC_AUTH", "operator:", "alice:1,bob:2"),
        ("STRIPE_SECRET_KEY", "pk_test_1", "rk_test_1"),
        ("STRIPE_SECRET_KEY", "sk_live_1", "sk_test_1"),
        ("STRIPE_PUBLISHABLE_KEY", "sk_test_1", "pk_test_1"),
        ("STRIPE_WEBHOOK_SECRETS", "whsec_a, sk_test_1", "whsec_a, whsec_b"),
        ("STRIPE_CONNECT_WEBHOOK_SECRETS", "secret", "whsec_a"),
        ("SENDGRID_API_KEY", "key", "SG.a.b"),
        ("HANDWORK_HOME", "/srv/a\nb", "/srv/a b"),
    ],
)
def test_a_form_that_is_not_a_setting_s(name: str, wrong: str, right: str) -> None:
    assert getattr(load({name: right}), name.lower()) == (int(right) if name == "WEB_PORT" else right)
    with pytest.raises(SettingsError, match=f"^{name}: ") as caught:
        load({name: wrong})
    if name.startswith(("STRIPE", "SENDGRID", "FLOWER", "DATABASE", "BROKER")):
        assert wrong not in str(caught.value)


def test_a_key_of_the_live_mode_is_for_production() -> None:
    with pytest.raises(SettingsError, match="would charge real cards"):
        load({"STRIPE_SECRET_KEY": "sk_live_1"})
    assert load(PRODUCTION).stripe_secret_key == "sk_live_x"
