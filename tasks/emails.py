"""The task of e-mails: a letter for each delivery, with the secret of its one-time link."""

from __future__ import annotations

from functools import cache

from domain.announcements.channels import EMAIL, SendEmail
from domain.announcements.emails.letter import letter_of
from domain.announcements.emails.ports import Mail, Templates
from domain.announcements.prepare import DeliveryOrder
from runtime.links import Links
from runtime.settings import Settings
from tasks.deliveries import delivery_task
from tasks.retry import MAIL


@cache
def templates() -> Templates:
    # Every worker, the relay and Flower import this module, but only one worker sends e-mails: Jinja takes 2 MB.
    from runtime.templates import JinjaTemplates

    return JinjaTemplates()


def _mail(order: DeliveryOrder, settings: Settings) -> Mail:
    letter = letter_of(order.reader, order.notice, _address(order, settings))
    pages = templates().render(letter)
    return Mail(delivery_id=order.delivery_id, to=order.to, subject=letter.subject, text=pages.text, html=pages.html)


def _address(order: DeliveryOrder, settings: Settings) -> str:
    """Return the letter's link.  The secret of a one-time link is made here, and only the message holds it."""
    address, purpose = f"{settings.app}{order.notice.path}", order.notice.facts.purpose
    if not purpose:
        return address
    links = Links(settings.jwt_secret_key, settings.previous_jwt_secrets)
    return f"{address}?token={links.sign(purpose, order.subject_id)}"


send = delivery_task(EMAIL, SendEmail, _mail, retry=MAIL)
