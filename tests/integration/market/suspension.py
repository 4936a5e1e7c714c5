"""The law of suspension: jobs of a suspended client are hidden, and money of a suspended worker stays where it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.database import Connection
from domain.errors import NotFound
from domain.marketplace.jobs import read as jobs
from tests.integration.market.provider import Provider
from tests.integration.market.seen import Seen


class Held:
    """Remembers what the provider had done for each suspended worker when the suspension began."""

    def __init__(self) -> None:
        self._moved: dict[str, dict[str, int]] = {}
        self._paid: dict[str, dict[str, int]] = {}

    def wrong(self, seen: Seen, provider: Provider) -> Iterator[str]:
        """Yield a sentence for each payout that went on; to be called after every step, so that none is missed.

        A transfer that was being asked for may still be found: its money stays in an account that we control.
        """
        suspended = {a.id for a in seen.account if a.status == "suspended"}
        for ended in self._moved.keys() - suspended:
            del self._moved[ended], self._paid[ended]
        for worker_id in sorted(suspended):
            mine = [p for p in seen.payout if p.worker_id == worker_id]
            if worker_id not in self._moved:
                self._moved[worker_id] = {p.id: _may_be_moved(p, provider) for p in mine}
                self._paid[worker_id] = {p.id: provider.payouts.paid(p.id) for p in mine}
            for p in mine:
                paid, before = provider.payouts.paid(p.id), self._paid[worker_id].get(p.id, 0)
                if provider.payouts.transfers(p.id) > self._moved[worker_id].get(p.id, 0) or paid > before:
                    yield f"{p.id} is {p.status} and went on while {worker_id} is suspended"
                self._paid[worker_id][p.id] = paid  # less when the bank sent it back


def _may_be_moved(p: Any, provider: Provider) -> int:
    """How often its money may have been moved when the worker is reinstated."""
    is_asked = p.status == "submitting" and p.transfer_id is None
    return 1 if is_asked else provider.payouts.transfers(p.id)


def wrongly_listed(connection: Connection, seen: Seen) -> Iterator[str]:
    """Yield a sentence for each job that strangers see and should not, or do not see and should."""
    active = {a.id for a in seen.account if a.status == "active"}
    listed = {job.id for job in jobs.page(connection, status="open", after=None, most=100).items}
    for job in seen.job:
        is_open, is_theirs = job.status == "open", job.client_id in active
        if (job.id in listed) != (is_open and is_theirs):
            yield f"{job.id} is {job.status} of {job.client_id}, and the list has it: {job.id in listed}"
        if is_open and _is_shown(connection, job.id) != is_theirs:
            yield f"{job.id} is open of {job.client_id}, and shown: {not is_theirs}"


def _is_shown(connection: Connection, job_id: str) -> bool:
    try:
        jobs.shown(connection, job_id, None)
    except NotFound:
        return False
    return True
