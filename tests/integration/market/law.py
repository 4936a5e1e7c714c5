"""Who may do what and when, said a second time and in other words than the code's.

An action that may be done must succeed; any other must raise an error of the domain's, and change nothing.  A suspended
account does nothing: the edge refuses each of its requests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.bookings import complete, hire, request_changes, start
from domain.bookings.quote import Fees
from domain.bookings.reschedules import answer
from domain.bookings.reschedules import propose as propose_dates
from domain.bookings.reviews import write
from domain.cause import Cause
from domain.database import Connection
from domain.dates import Dates
from domain.identity.accounts import suspend
from domain.marketplace.applications import judge, submit, withdraw
from domain.marketplace.bargaining import accept as accept_offer
from domain.marketplace.bargaining import propose as propose_offer
from domain.marketplace.jobs import post
from domain.marketplace.listings import edit, end, publish
from domain.payments import accept as payments
from domain.payouts import retry
from domain.payouts.accounts import request
from domain.platform.idempotency.claim import IdempotencyKey
from domain.settlement import approve, cancel, no_show
from tests.integration.market.seen import Seen

FEES = Fees(client_bp=375, worker_bp=1_250, tax_bp=1_900)
CARDS = (
    "pm_card_visa",
    "pm_card_visa",
    None,
    "pm_usBankAccount",
    "pm_card_chargeDeclined",
    "pm_card_authenticationRequired",
    "pm_of_nobody",
)
UNPAID_OR_PAID = ("awaiting_payment", "funded")
EDITABLE = ("draft", "open", "expired")


@dataclass(frozen=True)
class Look:
    """What somebody sees who is about to act."""

    seen: Seen
    now: datetime
    actor: str

    def owns(self, job_id: str) -> bool:
        return self.seen[job_id].client_id == self.actor

    def is_party(self, application: Any) -> bool:
        return self.actor == application.worker_id or self.owns(application.job_id)

    def is_open(self, job_id: str) -> bool:
        return self.seen[job_id].status == "open"

    def is_active(self, account_id: str) -> bool:
        return self.seen[account_id].status == "active"

    def has_active_client(self, job_id: str) -> bool:
        return self.is_active(self.seen[job_id].client_id)

    def is_live(self, application: Any) -> bool:
        return application.status in ("submitted", "shortlisted")


@dataclass(frozen=True)
class Action:
    """``noun``: what it is done to.  ``do``'s last argument is a number to make amounts and choices of."""

    noun: str
    by: str
    may: Callable[[Look, Any], bool]
    do: Callable[[Connection, Cause, Any, int], object]


def _price(n: int) -> int:
    return 5_000 + 337 * n


def _on(use_case: Callable[..., object], *args: Any, **how: Any) -> Callable[[Connection, Cause, Any, int], object]:
    """A use case that is told of the thing by its id, and no number."""
    return lambda c, cause, thing, _n: use_case(c, cause, thing.id, *args, **how)


def _new_job(c: Connection, cause: Cause, _: Any, n: int) -> object:
    place = {"latitude": 52.5 + n / 100, "longitude": 13.4} if n % 3 == 0 else {}
    new = post.NewJob("Fix a tap", "It drips.", "plumbing", "Berlin", _price(n) + 1_000, "usd", **place)
    return post.post(c, cause, new, draft=n % 4 == 1)


def _may_edit_budget(at: Look, job: Any) -> bool:
    return _by_owner(*EDITABLE)(at, job) and not at.seen.live_applications_of(job.id)


def _by_owner(*statuses: str) -> Callable[[Look, Any], bool]:
    return lambda at, job: at.owns(job.id) and job.status in statuses


def _may_apply(at: Look, job: Any) -> bool:
    waits = job.status == "open" and at.has_active_client(job.id)
    return waits and all(a.worker_id != at.actor for a in at.seen.applications_of(job.id))


def _may_bargain(at: Look, a: Any) -> bool:
    is_table = at.is_live(a) and at.is_open(a.job_id) and at.has_active_client(a.job_id)
    return at.is_party(a) and is_table


def _may_offer(at: Look, a: Any) -> bool:
    standing = at.seen.standing_offer(a.id)
    agreed = standing is not None and standing.status == "accepted"
    return _may_bargain(at, a) and not agreed


def _may_accept_offer(at: Look, offer: Any) -> bool:
    a = at.seen[offer.application_id]
    return _may_bargain(at, a) and offer.status == "open" and offer.author_id != at.actor


def _may_hire(at: Look, a: Any) -> bool:
    standing = at.seen.standing_offer(a.id)
    waits = standing is not None and standing.status == "open" and standing.author_id == at.actor
    return at.owns(a.job_id) and at.is_open(a.job_id) and at.is_live(a) and at.is_active(a.worker_id) and not waits


def _may_pay(at: Look, b: Any) -> bool:
    under_way = ("accepted", "submitting", "requires_action", "processing")
    busy = any(p.status in under_way for p in at.seen.of_booking("payment", b.id))
    return b.client_id == at.actor and b.status == "awaiting_payment" and at.now < b.expires_at and not busy


def _pay(c: Connection, cause: Cause, b: Any, n: int) -> object:
    key = IdempotencyKey(f"{cause.actor} POST /payments", cause.correlation_id, "hash")
    return payments.accept(c, cause, payments.NewPayment(b.id, "stripe", CARDS[n % len(CARDS)]), key)


def _by_client(*statuses: str) -> Callable[[Look, Any], bool]:
    return lambda at, b: b.client_id == at.actor and b.status in statuses


def _by_worker(*statuses: str) -> Callable[[Look, Any], bool]:
    return lambda at, b: b.worker_id == at.actor and b.status in statuses


def _by_either(*statuses: str) -> Callable[[Look, Any], bool]:
    return lambda at, b: at.actor in (b.client_id, b.worker_id) and b.status in statuses


def _may_report(at: Look, b: Any) -> bool:
    if not _by_either("funded")(at, b) or b.starts_at is None:
        return False
    paid_at = next(h.at for h in at.seen.histories[b.id] if h.to_status == "funded")
    return at.now >= max(b.starts_at, paid_at) + timedelta(hours=1)


def _may_answer(at: Look, r: Any) -> bool:
    mine = _by_either(*UNPAID_OR_PAID)(at, at.seen[r.booking_id])
    return mine and r.status == "open" and r.author_id != at.actor


def _may_review(at: Look, b: Any) -> bool:
    if not _by_either("approved")(at, b):
        return False
    ended = at.seen.histories[b.id][-1].at
    wrote = any(r.author_id == at.actor for r in at.seen.of_booking("review", b.id))
    return at.now - ended < timedelta(days=14) and not wrote


def _may_retry(at: Look, p: Any) -> bool:
    account = at.seen.account_of(p.worker_id)
    ready = account is not None and account.status == "ready"
    return p.worker_id == at.actor and p.status in ("failed", "returned") and ready


def _dates(cause: Cause, n: int) -> Dates:
    return Dates(cause.now + timedelta(hours=1 + 7 * n), None)


def _retry(c: Connection, cause: Cause, p: Any, _: int) -> object:
    key = IdempotencyKey(f"{cause.actor} POST retry", cause.correlation_id, "hash")
    return retry.retry(c, cause, p.id, key)


def _apply(c: Connection, cause: Cause, job: Any, n: int) -> object:
    dates = _dates(cause, n) if n % 2 else None
    return submit.submit(c, cause, job.id, message="Me.", price_minor=_price(n), dates=dates)


def _offer(c: Connection, cause: Cause, a: Any, n: int) -> object:
    new = propose_offer.NewOffer(_price(n), "So?", _dates(cause, n) if n % 3 == 0 else None)
    return propose_offer.propose(c, cause, a.id, new)


def _edit(**changes: Any) -> Callable[[Connection, Cause, Any, int], object]:
    """``n`` makes every edit another one."""
    return lambda c, cause, job, _n: edit.edit(
        c, cause, job.id, {k: v + (f" {job.version}" if k == "title" else job.version) for k, v in changes.items()}
    )


ACTIONS: dict[str, Action] = {
    "post": Action("", "client", lambda _at, _: True, _new_job),
    "edit title": Action("job", "client", _by_owner(*EDITABLE), _edit(title="A tap")),
    "edit budget": Action("job", "client", _may_edit_budget, _edit(budget_minor=12_345)),
    "publish": Action("job", "client", _by_owner("draft", "expired"), _on(publish.publish)),
    "cancel job": Action("job", "client", _by_owner("draft", "open"), _on(end.cancel)),
    "apply": Action("job", "worker", _may_apply, _apply),
    "withdraw": Action(
        "application",
        "worker",
        lambda at, a: a.worker_id == at.actor and at.is_live(a),
        _on(withdraw.withdraw),
    ),
    "shortlist": Action(
        "application",
        "client",
        lambda at, a: at.owns(a.job_id) and a.status == "submitted",
        _on(judge.shortlist),
    ),
    "decline": Action("application", "client", lambda at, a: at.owns(a.job_id) and at.is_live(a), _on(judge.decline)),
    "offer": Action("application", "either", _may_offer, _offer),
    "accept offer": Action(
        "offer",
        "either",
        _may_accept_offer,
        lambda c, cause, o, _n: accept_offer.accept(c, cause, o.application_id, o.id),
    ),
    "hire": Action("application", "client", _may_hire, _on(hire.hire, FEES)),
    "pay": Action("booking", "client", _may_pay, _pay),
    "start": Action("booking", "worker", _by_worker("funded"), _on(start.start)),
    "complete": Action(
        "booking",
        "worker",
        _by_worker("in_progress"),
        lambda c, cause, b, n: complete.complete(c, cause, b.id, note="Done." if n % 2 else ""),
    ),
    "request changes": Action(
        "booking",
        "client",
        _by_client("completed"),
        _on(request_changes.request_changes, note="Again."),
    ),
    "approve": Action("booking", "client", _by_client("completed"), _on(approve.approve)),
    "cancel": Action(
        "booking",
        "either",
        _by_either(*UNPAID_OR_PAID),
        lambda c, cause, b, n: cancel.cancel(c, cause, b.id, note="No." if n % 2 else ""),
    ),
    "report no-show": Action("booking", "either", _may_report, _on(no_show.report_no_show, note="")),
    "propose dates": Action(
        "booking",
        "either",
        _by_either(*UNPAID_OR_PAID),
        lambda c, cause, b, n: propose_dates.propose(c, cause, b.id, _dates(cause, n), ""),
    ),
    "accept dates": Action(
        "reschedule",
        "either",
        lambda at, r: _may_answer(at, r) and r.starts_at > at.now,
        lambda c, cause, r, _n: answer.accept(c, cause, r.booking_id, r.id),
    ),
    "refuse dates": Action(
        "reschedule", "either", _may_answer, lambda c, cause, r, _n: answer.refuse(c, cause, r.booking_id, r.id)
    ),
    "review": Action(
        "booking",
        "either",
        _may_review,
        lambda c, cause, b, n: write.write(c, cause, b.id, rating=1 + n % 5, text="So so."),
    ),
    "ask for account": Action(
        "",
        "worker",
        lambda at, _: at.seen.account_of(at.actor) is None,
        lambda c, cause, _, _n: request.request(c, cause, "US"),
    ),
    "retry payout": Action("payout", "worker", _may_retry, _retry),
    "suspend": Action("account", "admin", lambda at, a: at.is_active(a.id) and a.id != at.actor, _on(suspend.suspend)),
    "reinstate": Action("account", "admin", lambda _at, a: a.status == "suspended", _on(suspend.reinstate)),
}
