"""What must be true after every step, counted from the rows and not by the code that is tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from domain.cause import SYSTEM
from domain.oversight.ledger_checks.invariants import breaches
from tests.integration.market.provider import Provider
from tests.integration.market.seen import Seen
from tests.integration.market.suspension import wrongly_listed
from tests.integration.market.world import World
from tests.unit.domain.test_state_tables import TABLES as STATUSES

NOUNS = ("account", "application", "booking", "job", "offer", "payment", "payout", "payout account")
TABLES = {noun.replace(" ", "_"): STATUSES[noun][1] for noun in (*NOUNS, "refund", "reschedule", "review")}
AT_WORK = ("funded", "in_progress", "completed")
UNDER_WAY = ("accepted", "submitting", "requires_action", "processing")


def wrong(world: World, seen: Seen) -> list[str]:
    """A sentence for each thing that is not as it must be."""
    return [
        *world.database.read(breaches),
        *_histories(seen),
        *_jobs(seen),
        *(sentence for booking in seen.booking for sentence in _booking(seen, booking)),
        *(sentence for payment in seen.payment for sentence in _payment(seen, world.provider, payment)),
        *(sentence for payout in seen.payout for sentence in _payout(seen, world.provider, payout)),
        *_refunds(seen, world.provider),
        *_tasks(seen),
        *_ratings(seen),
        *world.held.wrong(seen, world.provider),
        *world.database.read(lambda c: list(wrongly_listed(c, seen))),
    ]


def _histories(seen: Seen) -> Iterator[str]:
    """Each is a way through its table that ends where the thing is."""
    for noun, table in TABLES.items():
        for row in getattr(seen, noun):
            changes = seen.histories.get(row.id, [])
            if not changes or changes[0].from_status is not None or changes[-1].to_status != row.status:
                yield f"{row.id} is {row.status}, and its history is {[c.to_status for c in changes]}"
            for before, after in pairwise(changes):
                if after.from_status != before.to_status or after.to_status not in table[before.to_status]:
                    yield f"{row.id} went from {before.to_status} by {after.from_status} to {after.to_status}"


def _jobs(seen: Seen) -> Iterator[str]:
    for job in seen.job:
        bookings = [b for b in seen.booking if b.job_id == job.id]
        standing = [b for b in bookings if b.status not in ("cancelled", "expired")]
        wanted = {"approved": "closed"}.get(standing[0].status, "assigned") if standing else None
        if len(standing) > 1:
            yield f"{job.id} is done by {len(standing)}"
        if (job.status in ("assigned", "closed")) != bool(standing) or wanted not in (None, job.status):
            yield f"{job.id} is {job.status}, and its bookings are {[b.status for b in bookings]}"
        if job.status != "open" and seen.live_applications_of(job.id):
            yield f"{job.id} is {job.status}, and somebody waits for an answer"
        if job.status == "open" and job.place is None:
            yield f"{job.id} is open and not listed"
    for application in seen.application:
        made = [b for b in seen.booking if b.application_id == application.id]
        ended = bool(made) and made[0].status in ("cancelled", "expired")
        if (application.status in ("hired", "ended")) != bool(made) or (application.status == "ended") != ended:
            yield f"{application.id} is {application.status}, and its bookings are {[b.status for b in made]}"


def _booking(seen: Seen, b: Any) -> Iterator[str]:
    payments = seen.of_booking("payment", b.id)
    funding = [p for p in payments if seen.source_of(p.id) == f"held:{b.id}"]
    back = {
        p.id: sum(r.amount_minor for r in seen.refund if r.payment_id == p.id and r.status != "failed")
        for p in payments
    }
    paid = any(h.to_status == "funded" for h in seen.histories[b.id])
    held = seen.balances.get(f"held:{b.id}", 0)
    goes_back = sum(back[p.id] for p in funding)
    if paid != bool(funding) or len(funding) > 1:
        yield f"{b.id} is {b.status} and was paid by {len(funding)} payments"
    if b.status in AT_WORK and (goes_back or held != b.total_minor):
        yield f"{b.id} is {b.status}: {held} of {b.total_minor} are held and {goes_back} go back"
    if b.status == "cancelled" and paid and held + goes_back != b.total_minor:
        yield f"{b.id} is cancelled: {held} are held and {goes_back} of {b.total_minor} go back"
    if b.status in ("approved", "awaiting_payment", "expired") and held:
        yield f"{b.id} is {b.status} and {held} are held for it"
    if sum(p.status in UNDER_WAY for p in payments) > 1:
        yield f"{b.id} is being paid twice at once"
    if b.status == "expired" and any(p.status in UNDER_WAY for p in payments):
        yield f"{b.id} expired while somebody paid"
    if any(p.created_at >= b.expires_at for p in payments):
        yield f"{b.id} was paid when its time was over"
    last = seen.histories[b.id][-1]
    due_at = {"approved": b.approves_at, "expired": b.expires_at}.get(b.status)
    if last.actor == SYSTEM and due_at is not None and last.at < due_at:
        yield f"{b.id} is {b.status} by itself, at {last.at} and not at {due_at}"
    if b.total_minor != b.price_minor + b.client_fee_minor + b.tax_minor:
        yield f"{b.id} costs more or less than its parts"
    yield from _released(seen, b)


def _released(seen: Seen, b: Any) -> Iterator[str]:
    """To the worker, to us and to the tax office, once, and all of it."""
    codes = ("release_worker", "release_fee", "release_tax")
    posted = Counter(dict.fromkeys(codes, 0))
    for t in seen.transfer:
        if t.cause_id == b.id:
            posted[t.code] += t.amount_minor
    share = b.price_minor - b.worker_fee_minor
    wanted = (share, b.client_fee_minor + b.worker_fee_minor, b.tax_minor) if b.status == "approved" else (0, 0, 0)
    if tuple(posted[code] for code in codes) != wanted:
        yield f"{b.id} is {b.status} and released {dict(posted)} instead of {wanted}"
    payouts = [p.amount_minor for p in seen.of_booking("payout", b.id)]
    if payouts != ([share] if b.status == "approved" else []):
        yield f"{b.id} is {b.status} and paid out by {payouts} instead of {share}"


def _payment(seen: Seen, provider: Provider, p: Any) -> Iterator[str]:
    charges = provider.cards.charges(p.id)
    refunds = [r for r in seen.refund if r.payment_id == p.id and r.charged_as is None]
    standing = sum(r.amount_minor for r in refunds if r.status != "failed")
    if len(charges) > p.generation:
        yield f"{p.id} was charged {len(charges)} times, and asked for under {p.generation} keys"
    mine = next((c for c in charges if c.provider_id == p.provider_id), None)
    posted = [(t.amount_minor, t.currency) for t in seen.transfer if t.cause_id == p.id and t.code == "capture"]
    taken = [(mine.amount_minor, mine.currency)] if mine and p.status == "captured" else []
    if posted != taken or (p.status == "captured" and mine is None):
        yield f"{p.id} is {p.status} as {p.provider_id}, {posted} is on the books, and the provider took {charges}"
    if taken and taken != [(p.amount_minor, p.currency)]:
        if seen.source_of(p.id) != f"unapplied:{p.id}":
            yield f"{p.id} is about {p.amount_minor} {p.currency}, and {taken} funds {p.booking_id}"
        if p.error_code != "capture_mismatch":
            yield f"{p.id} is about {p.amount_minor} {p.currency}, and nobody says that {taken} was taken"
    if (p.status == "captured") != (seen.source_of(p.id) is not None):
        yield f"{p.id} is {p.status}, and the ledger has its capture on {seen.source_of(p.id)}"
    if standing > sum(minor for minor, _ in taken) or provider.refunds.gone_minor(p.id) > sum(
        c.amount_minor for c in charges
    ):
        yield f"of {p.id}, {taken} in all, {standing} go back and {provider.refunds.gone_minor(p.id)} went"
    left = seen.balances.get(f"unapplied:{p.id}", 0)
    cared_for = any(r.status == "failed" for r in refunds) or any(
        task.task == "refunds.late_capture" and p.id in task.args for task in seen.open_tasks
    )
    if left and not cared_for:
        yield f"{left} of {p.id} are unapplied, and nobody gives them back"
    yield from _second_charges(seen, charges, p)


def _second_charges(seen: Seen, charges: list[Any], p: Any) -> Iterator[str]:
    """Each that we heard of was charged, and goes back whole, once."""
    taken = {c.provider_id: c.amount_minor for c in charges}
    for t in seen.transfer:
        if t.code != "second_charge" or t.cause_id != p.id:
            continue
        charge = t.credit_account.removeprefix("unapplied:")
        standing = sum(r.amount_minor for r in seen.refund if r.charged_as == charge and r.status != "failed")
        failed = any(r.charged_as == charge and r.status == "failed" for r in seen.refund)
        queued = any(task.task == "refunds.second_charge" and charge in task.args for task in seen.open_tasks)
        if charge == p.provider_id or taken.get(charge) != t.amount_minor:
            yield f"{charge} is booked as a second charge of {p.id}, and the provider took {taken}"
        if standing not in (0, t.amount_minor) or not (standing or failed or queued):
            yield f"{standing} of the second charge {charge} go back"


def _payout(seen: Seen, provider: Provider, p: Any) -> Iterator[str]:
    moved, paid = provider.payouts.transfers(p.id), provider.payouts.paid(p.id)
    if moved > 1 or paid > moved:
        yield f"{p.id} was moved {moved} times and paid {paid} times"
    if p.status in ("on_hold", "scheduled") and paid:
        yield f"{p.id} is {p.status} and was paid"
    apart = seen.balances.get(f"payout_pending:{p.id}", 0)
    if apart != (p.amount_minor if p.status in ("scheduled", "submitting", "in_transit") else 0):
        yield f"{p.id} is {p.status} and {apart} are set apart for it"


def _refunds(seen: Seen, provider: Provider) -> Iterator[str]:
    for r in seen.refund:
        if provider.refunds.sent(r.id) > 1:
            yield f"{r.id} was sent {provider.refunds.sent(r.id)} times"
        apart = seen.balances.get(f"refund_pending:{r.id}", 0)
        if apart != (r.amount_minor if r.status in ("requested", "submitting", "processing") else 0):
            yield f"{r.id} is {r.status} and {apart} are set apart for it"


def _tasks(seen: Seen) -> Iterator[str]:
    """The provider's whims are no reason to give up, and our own code raises nothing."""
    for row in seen.outbox:
        if row.status == "dead":
            yield f"{row.task} {row.args} is dead: {row.error}"
    for row in seen.attempt:
        if row.outcome == "failed" or (row.detail or "").startswith(("IntegrityError", "ValueError", "LookupError")):
            yield f"{row.task} failed: {row.detail}"


def _ratings(seen: Seen) -> Iterator[str]:
    stars: Counter[str] = Counter()
    for review in seen.review:
        if review.status == "published":
            stars[review.about_id] += review.rating
    if dict(stars) != {r.account_id: r.stars for r in seen.rating if r.stars}:
        yield f"ratings are {seen.rating}, and the reviews say {dict(stars)}"
    done = Counter(booking.worker_id for booking in seen.booking if booking.status == "approved")
    if dict(done) != {r.account_id: r.jobs_done for r in seen.rating if r.jobs_done}:
        yield f"ratings are {seen.rating}, and the approved bookings say {dict(done)}"
