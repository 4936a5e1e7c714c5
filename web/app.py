"""The composition root of the web tier."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.types import ASGIApp

from gateways.sendgrid.signature import UnusableKey, read_key
from runtime import logging
from runtime.clock import Clock, open_clock, system_clock
from runtime.database import WEB_READERS, WEB_WRITERS, Database, open_database, open_watch
from runtime.heartbeat import Heartbeat
from runtime.ids import new_id
from runtime.links import Links
from runtime.passwords import Passwords
from runtime.settings import Settings, SettingsError, load
from runtime.tokens import Tokens
from web import etags, methods, openapi, unknown_input
from web.admin.router import ADMIN
from web.bodies import ApiRequest
from web.problems import HANDLERS
from web.request_log import RequestLog
from web.routes.applications import ApplicationRoutes
from web.routes.auth import AuthRoutes
from web.routes.booking_steps import BookingStepRoutes
from web.routes.bookings import BookingRoutes
from web.routes.health import HealthRoutes
from web.routes.hiring import HiringRoutes
from web.routes.home import HomeRoutes
from web.routes.invitations import InvitationRoutes
from web.routes.jobs import CategoryRoutes, JobRoutes
from web.routes.me import MeRoutes, WorkerRoutes
from web.routes.messages import InboxRoutes, MessageRoutes
from web.routes.my_jobs import MyJobRoutes
from web.routes.notifications import NotificationRoutes
from web.routes.offers import OfferRoutes
from web.routes.passwords import PasswordRoutes
from web.routes.payments import PaymentRoutes
from web.routes.payout_account import PayoutAccountRoutes
from web.routes.payouts import PayoutRoutes
from web.routes.refunds import RefundRoutes
from web.routes.reschedules import RescheduleRoutes
from web.routes.reviews import ReviewRoutes
from web.services import Services
from web.throttles import Throttles
from web.waiters import Waiters
from web.webhooks.sendgrid import SendGridWebhooks
from web.webhooks.stripe import StripeWebhooks

ROUTES = (
    AuthRoutes,
    PasswordRoutes,
    MeRoutes,
    WorkerRoutes,
    CategoryRoutes,
    JobRoutes,
    MyJobRoutes,
    ApplicationRoutes,
    OfferRoutes,
    InvitationRoutes,
    HiringRoutes,
    BookingRoutes,
    BookingStepRoutes,
    RescheduleRoutes,
    PaymentRoutes,
    RefundRoutes,
    PayoutRoutes,
    PayoutAccountRoutes,
    MessageRoutes,
    InboxRoutes,
    ReviewRoutes,
    ADMIN,
    NotificationRoutes,
    StripeWebhooks,
    SendGridWebhooks,
    HealthRoutes,
    HomeRoutes,
)

RATE_LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy")
ASKED = ("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Prefer", "X-Correlation-Id")
TOLD = ("ETag", "Location", "Idempotency-Replayed", "X-Correlation-Id", "Retry-After", *RATE_LIMITS)
"""``ASKED``: the headers that a page of another origin may send; ``TOLD``: those that such a page may read."""


def build_services(
    settings: Settings, database: Database, clock: Clock = system_clock, passwords: Passwords | None = None
) -> Services:
    if not settings.jwt_secret_key:
        raise SettingsError("JWT_SECRET_KEY: must be set (handwork up makes one)")
    for key in settings.sendgrid_keys:
        try:
            read_key(key)
        except UnusableKey as error:
            raise SettingsError(f"SENDGRID_WEBHOOK_PUBLIC_KEYS: {error}") from error
    lifetime = timedelta(seconds=settings.access_token_seconds)
    return Services(
        settings=settings,
        database=database,
        clock=clock,
        new_id=new_id,
        tokens=Tokens(settings.jwt_secret_key, settings.previous_jwt_secrets, lifetime),
        passwords=passwords or Passwords(),
        waiters=Waiters(database, open_watch(settings.database)),
        links=Links(settings.jwt_secret_key, settings.previous_jwt_secrets),
        throttles=Throttles(settings, database, clock),
    )


def build_app(services: Services) -> Litestar:
    """Return the application.  It closes the services at shutdown; its middleware attaches them to each request."""
    return build_api(services.settings, [_lifespan(services)])


def build_api(
    settings: Settings, lifespan: Sequence[Callable[[Litestar], AbstractAsyncContextManager[None]]] = ()
) -> Litestar:
    """Return the application without services; it uses only the origins and the body size of ``settings``."""
    cors = CORSConfig(
        allow_origins=[o.strip() for o in settings.cors_origins.split(",")],
        allow_headers=list(ASKED),
        expose_headers=list(TOLD),
    )
    app = Litestar(
        route_handlers=[*ROUTES, openapi.assets_router()],
        exception_handlers=HANDLERS,
        request_class=ApiRequest,
        openapi_config=openapi.config(),
        response_headers=[openapi.CORRELATION],
        request_max_body_size=settings.max_body_bytes,
        cors_config=cors if settings.cors_origins else None,
        lifespan=list(lifespan),
        logging_config=None,  # runtime.logging has configured it
        debug=False,
    )
    etags.tag_resources(app)
    openapi.complete(app)
    unknown_input.refuse_unknown_input(app)
    methods.answer_options(app)
    return app


def _lifespan(services: Services) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        heartbeat = Heartbeat(services.database, services.clock, "web", every_ms=services.settings.heartbeat_ms)
        heartbeat.start()
        # Imported objects stay: without the freeze each full collection walks all of them, in the middle of a request.
        gc.collect()
        gc.freeze()
        try:
            yield
        finally:
            heartbeat.stop()
            services.waiters.close()
            services.passwords.close()
            services.database.close()

    return lifespan


def create_app() -> ASGIApp:
    """Read the settings, open the database, and return the application in its request log; uvicorn's factory."""
    settings = load()
    logging.configure("web", level=settings.log_level, style=settings.log_format)
    database = open_database(settings.database, readers=WEB_READERS, writers=WEB_WRITERS)
    services = build_services(settings, database, open_clock(database))
    return RequestLog(build_app(services), services)
