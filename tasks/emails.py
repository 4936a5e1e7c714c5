"""The task of e-mails."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import msgspec

from domain.announcements.emails import record as emails
from domain.announcements.emails.ports import Letter, Mail, Sent, Templates
from domain.announcements.emails.prepare import MailOrder, prepare
from domain.announcements.emails.record import InDoubt, NotAccepted
from domain.announcements.emails.work import Send
from domain.cause import Cause
from domain.database import Connection
from domain.provider_errors import ProviderError, Refused
from runtime import logging
from runtime.links import Links
from runtime.metrics import Counter
from runtime.settings import Settings
from tasks.declare import Again, Call, durable_task
from tasks.retry import MAIL

log = logging.get("handwork.emails")

SENT = Counter("emails_sent_total", "E-mails that the carrier accepted")
FAILED = Counter("emails_failed_total", "Attempts to send an e-mail that failed", ["kind"])


@cache
def templates() -> Templates:
    # Every worker, the relay and Flower import this module, and one worker sends e-mails: Jinja is 2 MB.
    from runtime.templates import JinjaTemplates

    return JinjaTemplates()


def _record(connection: Connection, cause: Cause, work: Send, result: Sent | NotAccepted | InDoubt) -> Again | None:
    at = emails.record(connection, cause, work.email_id, result)
    return Again(at, "it may have gone: news of it is waited for") if at else None


@durable_task(work=Send, prepare=prepare, record=_record, max_runtime=timedelta(seconds=14), retry=MAIL, batch=25)
async def send(call: Call, work: Send, order: MailOrder) -> Sent | NotAccepted | InDoubt:
    """There is no key that makes a repeat harmless: what may have gone is not sent again before its time."""
    if call.in_doubt and not order.fresh:
        return InDoubt(until=order.submitted_at + call.settings.email_doubt)
    try:
        sent = await call.gateways.mails.send(_mail(order, call.settings), call.deadline)
    except Refused as refused:
        FAILED.labels("refused").inc()
        log.warning("an e-mail was refused", email=work.email_id, why=refused.message)
        return NotAccepted(refused.message)
    except ProviderError as error:
        FAILED.labels(type(error).__name__).inc()
        raise
    SENT.inc()
    log.info("e-mail sent", email=work.email_id, provider_id=sent.provider_id)
    return sent


def _mail(order: MailOrder, settings: Settings) -> Mail:
    """The secret of a one-time link is made here and goes nowhere else."""
    letter: Letter = msgspec.structs.replace(order.letter, url=_address(order, settings))
    pages = templates().render(letter)
    return Mail(email_id=order.email_id, to=order.to, subject=letter.subject, text=pages.text, html=pages.html)


def _address(order: MailOrder, settings: Settings) -> str:
    address = f"{settings.app}{order.letter.url}"
    if not order.purpose:
        return address
    links = Links(settings.jwt_secret_key, settings.previous_jwt_secrets)
    return f"{address}?token={links.sign(order.purpose, order.subject_id)}"
