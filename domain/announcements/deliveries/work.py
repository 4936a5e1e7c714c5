"""The queued task of a delivery; each channel has a subclass, with a task and perhaps a queue of its own."""

from domain.platform.outbox.work import Work


class Send(Work, frozen=True, kw_only=True):
    """Notify one person of one event, by one channel."""

    delivery_id: str
