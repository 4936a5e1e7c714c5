"""The channels that deliver notifications, beside the list in the app.

A new channel needs a :class:`Channel` here with its work, a task (``tasks/deliveries.py``), a carrier among the
gateways, and its name in the catalogue's entries that use it.
"""

from __future__ import annotations

from typing import ClassVar

from domain.announcements.deliveries.channel import Channel
from domain.announcements.deliveries.work import Send


class SendEmail(Send, frozen=True, kw_only=True):
    """Send one e-mail."""

    task: ClassVar[str] = "notifications.email"
    queue: ClassVar[str] = "notifications"


EMAIL = Channel("email", lambda delivery_id: SendEmail(delivery_id=delivery_id), lambda reader: reader.email)
