"""A wrong setting is refused at start, by its variable's name."""

import pytest

from runtime.settings import SettingsError, load

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
        ({"EMAIL_DOUBT_MS": "0"}, "EMAIL_DOUBT_MS"),
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


def test_the_defaults_are_good() -> None:
    assert load({}).database.startswith("sqlite:///")


def test_a_production_that_names_its_secrets_is_accepted() -> None:
    assert load(PRODUCTION).handwork_env == "production"


def test_an_empty_variable_is_as_if_it_were_not_there() -> None:
    assert load({"WEB_PORT": ""}).web_port == 8000


def test_secrets_are_a_list() -> None:
    assert load({"STRIPE_WEBHOOK_SECRETS": "whsec_a, whsec_b,"}).stripe_secrets == ("whsec_a", "whsec_b")
