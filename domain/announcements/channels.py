"""The channels by which people are told, beside the list under the bell.

A new one is a :class:`Channel` here with its work, a task (``tasks/deliveries.py``), a carrier among the gateways, and
its name in the lines of the catalogue that go by it.
"""

from __future__ import annotations

from typing import ClassVar

from domain.announcements.deliveries.channel import Channel
from domain.announcements.deliveries.work import Send


class SendEmail(Send, frozen=True, kw_only=True):
    """Write one e-mail."""

    task: ClassVar[str] = "notifications.email"
    queue: ClassVar[str] = "notifications"


EMAIL = Channel("email", lambda delivery_id: SendEmail(delivery_id=delivery_id), lambda reader: reader.email)
