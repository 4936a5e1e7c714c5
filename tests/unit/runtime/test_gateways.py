"""The registry of providers."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from domain.payments.ports import CardPayments
from domain.platform.inbox.ports import NotOurs
from domain.provider_errors import TryLater
from gateways.stripe.lookups import KEY_LIFETIME
from runtime.gateways import build_gateways
from runtime.settings import Settings, SettingsError

SETTINGS = Settings(sendgrid_api_key="SG.1", stripe_secret_key="sk_test_1", stripe_api_base="http://127.0.0.1:9")


def test_settings_make_gateways() -> None:
    gateways = build_gateways(SETTINGS)
    cards: CardPayments = gateways.rail("stripe").pay
    found = gateways.translate("stripe", '{"id": "evt_1", "type": "ping", "created": 1, "data": {"object": {}}}')
    assert found == NotOurs(event_id="evt_1", reason="we do not follow ping")
    with pytest.raises(LookupError):
        gateways.translate("charlies-bank", "{}")
    assert cards is gateways.rail("stripe").pay
    assert gateways.rail("stripe").key_lifetime == KEY_LIFETIME
    with pytest.raises(TryLater, match="charlies-bank: no_rail: this process has no keys for it, but for stripe"):
        gateways.rail("charlies-bank")
    asyncio.run(gateways.close())


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        (Settings(stripe_secret_key=""), "STRIPE_SECRET_KEY"),
        (Settings(stripe_secret_key="sk_test_1"), "SENDGRID_API_KEY"),
        (replace(SETTINGS, stripe_api_base="http://api.stripe.com"), "STRIPE_API_BASE"),
        (replace(SETTINGS, stripe_api_base="nowhere"), "STRIPE_API_BASE"),
        (replace(SETTINGS, sendgrid_api_base="http://api.sendgrid.com"), "SENDGRID_API_BASE"),
    ],
)
def test_what_is_wrong_is_named(settings: Settings, variable: str) -> None:
    with pytest.raises(SettingsError, match=variable) as caught:
        build_gateways(settings)
    assert "sk_test_1" not in str(caught.value)
    assert "SG.1" not in str(caught.value)
