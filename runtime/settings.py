"""Every setting, with its type.  A process reads them once, at start, and names the variable of each that it refuses.

A later source overrides an earlier one: the defaults here, ``$HANDWORK_HOME/stack.env`` (``handwork up`` writes it
for the stack that it runs), ``.env`` in the project's folder (or ``$HANDWORK_DOTENV``), the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec

from runtime.setting_forms import FORMS
from runtime.setting_sources import PROJECT, SettingsError, Source, origin, sources

__all__ = ["PROJECT", "VARIABLES", "Settings", "SettingsError", "check", "load", "settle"]

# Upper bounds keep sums of times within the calendar and within what the databases hold, and a slip of the hand from
# being found out by the first request that needs the value.
Rate = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]  # as good as no limit
Bytes = Annotated[int, msgspec.Meta(ge=1, le=1 << 28)]  # a body is held in memory
UpToADay = Annotated[int, msgspec.Meta(ge=1, le=86_400)]  # seconds
UpToAYear = Annotated[int, msgspec.Meta(ge=1, le=31_536_000)]  # seconds
UpToTenYears = Annotated[int, msgspec.Meta(ge=1, le=3_650)]  # days
Rows = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
UpToADayMs = Annotated[int, msgspec.Meta(ge=1, le=86_400_000)]
UpToAnHourMs = Annotated[int, msgspec.Meta(ge=1, le=3_600_000)]
Network = IPv4Network | IPv6Network
BasisPoints = Annotated[int, msgspec.Meta(ge=0, le=5000)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
MINIMUM_SECRET = 32


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One field for each variable: ``database_url`` is ``DATABASE_URL``.  The comment behind a field says its unit."""

    handwork_env: str = "development"  # development | test | production
    handwork_home: str = ""  # data folder; empty: .handwork in the project
    database_url: str = ""  # empty: sqlite:///<home>/handwork.db
    broker_url: str = "redis://127.0.0.1:6379/0"
    jwt_secret_key: str = ""  # signs access tokens; at least 32 characters
    jwt_previous_secret_keys: str = ""  # comma separated, still accepted
    access_token_seconds: UpToADay = 900
    refresh_token_days: UpToTenYears = 30  # a session that nobody refreshed for so long is over
    login_tries: Rate = 10  # for one account, in a quarter of an hour
    email_tries: Rate = 5  # e-mails that an address can be made to get by one route, in an hour
    refresh_tries: Rate = 60  # for one session, in a quarter of an hour
    address_tries: Rate = 60  # by one network address, for each route of /auth, in a minute
    jobs_an_hour: Rate = 300  # posted by one account
    applications_an_hour: Rate = 600  # of one account
    invitations_an_hour: Rate = 300  # by one account
    messages_an_hour: Rate = 1200  # of one account
    trusted_proxies: str = ""  # comma separated addresses or networks, whose X-Forwarded-For is believed
    web_host: str = "127.0.0.1"
    web_port: Port = 8000
    web_public_url: str = "http://127.0.0.1:8000"
    cors_origins: str = ""  # comma separated
    max_body_bytes: Bytes = 1_048_576
    log_format: str = "auto"  # auto | json | human
    log_level: str = "INFO"
    metrics_dir: str = ""  # prometheus multiprocess folder; empty: one process
    exporter_host: str = "127.0.0.1"
    exporter_port: Port = 9100
    client_fee_bp: BasisPoints = 0  # added to what the client pays
    worker_fee_bp: BasisPoints = 1000  # kept from what the worker earns
    job_open_days: Annotated[int, msgspec.Meta(ge=1, le=180)] = 30  # of a job whose client does not say
    tax_bp: BasisPoints = 0  # on the client's fee
    pay_within_s: UpToAYear = 86_400  # after the hire; then the booking expires
    approve_after_s: UpToAYear = 259_200  # after the completion; then it is approved by itself
    sandbox_url: str = ""  # of the local providers; empty where the real ones are used
    stripe_secret_key: str = ""
    stripe_publishable_key: str = ""
    stripe_webhook_secrets: str = ""  # comma separated: the current one, its successor
    stripe_connect_webhook_secrets: str = ""  # the same for the endpoint of connected accounts
    stripe_api_base: str = "https://api.stripe.com"
    sendgrid_api_key: str = ""
    sendgrid_api_base: str = "https://api.sendgrid.com"
    sendgrid_webhook_public_keys: str = ""  # comma separated: the current one, its successor
    mail_from: str = "Handwork Marketplace <no-reply@handwork.example>"
    app_url: str = ""  # where the links of e-mails lead; empty: web_public_url
    delivery_doubt_ms: UpToADayMs = 600_000  # how long news of a delivery that may have gone is waited for
    provider_deadline_ms: UpToAnHourMs = 10_000  # one provider call in all, not per read
    lease_ms: UpToAnHourMs = 15_000
    lease_renew_ms: UpToAnHourMs = 5_000
    relay_window: Rows = 200  # rows of one queue that are in the broker at most
    relay_guard_ms: UpToAnHourMs = 2_000  # a sent row unclaimed for so long, and the broker's queue empty
    relay_guard_regardless_ms: UpToADayMs = 300_000
    absence_confirm_ms: UpToADayMs = 600_000  # between the two look-ups that must both find nothing
    heartbeat_ms: UpToAnHourMs = 5_000
    heartbeat_file: str = ""  # touched with each heartbeat, for who asks from outside; empty: none
    reconcile_stuck_ms: UpToADayMs = 60_000  # a payment unsettled for so long is asked about
    reconcile_overlap_s: UpToADay = 600  # providers list events late and out of order: read that much again
    backup_dir: str = ""  # empty: <home>/backups
    flower_host: str = "127.0.0.1"
    flower_port: Port = 5555
    flower_basic_auth: str = ""  # user:password
    webhook_tolerance_s: UpToADay = 300

    @property
    def home(self) -> Path:
        return Path(self.handwork_home) if self.handwork_home else PROJECT / ".handwork"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'handwork.db'}"

    @property
    def backups(self) -> Path:
        return Path(self.backup_dir) if self.backup_dir else self.home / "backups"

    @property
    def stripe_secrets(self) -> tuple[str, ...]:
        """Return the accepted webhook secrets: the current one and its successor."""
        return _split(self.stripe_webhook_secrets)

    @property
    def sendgrid_keys(self) -> tuple[str, ...]:
        """Return the public keys whose signatures are accepted: the current one and its successor."""
        return _split(self.sendgrid_webhook_public_keys)

    @property
    def heartbeat(self) -> Path | None:
        return Path(self.heartbeat_file) if self.heartbeat_file else None

    @property
    def app(self) -> str:
        return (self.app_url or self.web_public_url).rstrip("/")

    @property
    def delivery_doubt(self) -> timedelta:
        return timedelta(milliseconds=self.delivery_doubt_ms)

    @property
    def stripe_connect_secrets(self) -> tuple[str, ...]:
        """Return the secrets for events of connected accounts: Stripe signs each endpoint's events with its own."""
        return _split(self.stripe_connect_webhook_secrets)

    @property
    def previous_jwt_secrets(self) -> tuple[str, ...]:
        return _split(self.jwt_previous_secret_keys)

    @property
    def proxies(self) -> tuple[Network, ...]:
        return tuple(ip_network(each, strict=False) for each in _split(self.trusted_proxies))

    @property
    def provider_deadline(self) -> timedelta:
        return timedelta(milliseconds=self.provider_deadline_ms)

    @property
    def absence_confirm(self) -> timedelta:
        return timedelta(milliseconds=self.absence_confirm_ms)

    @property
    def session_lifetime(self) -> timedelta:
        return timedelta(days=self.refresh_token_days)

    @property
    def lease(self) -> timedelta:
        return timedelta(milliseconds=self.lease_ms)


VARIABLES = frozenset(name.upper() for name in Settings.__struct_fields__)
"""The environment variables of all settings."""


def _split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the checked settings of all sources, or of ``environ`` alone when it is given."""
    return settle(sources(os.environ) if environ is None else [Source("", environ)])


def settle(given: Sequence[Source]) -> Settings:
    """Return the checked settings of the given sources; a later source overrides an earlier one.

    ``SettingsError`` names every variable at fault, and the source of its value.
    """
    names = {name.upper(): name for name in get_type_hints(Settings)}
    merged: dict[str, str] = {}
    for source in given:
        merged |= {names[key]: value for key, value in source.values.items() if key in names and value != ""}
    settings, wrong = _convert(merged)
    for name, why in refusals(settings):
        wrong.setdefault(name, why)  # a value that could not be read counts as the default
    if wrong or any(source.faults for source in given):
        lines = [_line(name.upper(), why, origin(given, name.upper())) for name, why in wrong.items()]
        raise SettingsError("\n".join([*(fault for source in given for fault in source.faults), *lines]))
    return settings


def _line(variable: str, why: str, where: str | None) -> str:
    return f"{variable}: {why} (from {where})" if where else f"{variable}: {why}"


def _convert(values: Mapping[str, str]) -> tuple[Settings, dict[str, str]]:
    """Return the settings that can be read, and why the other values cannot."""
    hints = get_type_hints(Settings, include_extras=True)
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in values.items():
        try:
            found[name] = msgspec.convert(value, hints[name], strict=False)
        except msgspec.ValidationError as error:
            wrong[name] = f"{error}; it is {value!r}"
        if not value.isprintable():
            wrong[name] = "has characters that cannot be printed, or is not UTF-8"
    return Settings(**{name: value for name, value in found.items() if name not in wrong}), wrong


def check(settings: Settings) -> Settings:
    """Return the settings; ``SettingsError`` names each that would let a started process lose money or leak data."""
    if lines := [_line(name.upper(), why, None) for name, why in refusals(settings)]:
        raise SettingsError("\n".join(lines))
    return settings


def refusals(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield each setting at fault, and why."""
    for name, form in FORMS.items():
        if refusal := form.refusal(getattr(settings, name)):
            yield name, refusal
    if settings.jwt_secret_key and len(settings.jwt_secret_key) < MINIMUM_SECRET:
        yield "jwt_secret_key", f"must have at least {MINIMUM_SECRET} characters"
    if settings.lease_renew_ms * 2 > settings.lease_ms:
        yield "lease_renew_ms", "must be at most half of LEASE_MS"
    if settings.provider_deadline_ms >= settings.lease_ms:
        yield "provider_deadline_ms", "must be below LEASE_MS"
    try:
        _ = settings.proxies
    except ValueError as error:
        yield "trusted_proxies", str(error)
    if settings.handwork_env == "production":
        yield from _refusals_of_production(settings)
    elif "_live_" in settings.stripe_secret_key:
        why = f"is of the live mode, and HANDWORK_ENV is {settings.handwork_env}: it would charge real cards"
        yield "stripe_secret_key", why


REQUIRED_IN_PRODUCTION = (
    "jwt_secret_key",
    "stripe_secret_key",
    "stripe_webhook_secrets",
    "sendgrid_api_key",
    "sendgrid_webhook_public_keys",
    "app_url",
    "flower_basic_auth",
)


def _refusals_of_production(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in REQUIRED_IN_PRODUCTION:
        if not getattr(settings, name):
            yield name, "must be set in production"
    for name in ("stripe_api_base", "sendgrid_api_base"):
        if "127.0.0.1" in getattr(settings, name):
            yield name, "points at the sandbox; unset it in production"
    if settings.mail_from.rstrip(">").endswith(".example"):
        yield "mail_from", "must be a sender of your own in production"
    if settings.app_url and not settings.app_url.startswith("https://"):
        yield "app_url", "must be https in production: it carries one-time secrets"
