"""The story of one request is in the rows: in order, with all that it led to, and nothing of others."""

from __future__ import annotations

import json

from domain.oversight.story.assemble import assemble
from domain.oversight.story.entries import Entry
from domain.payments.work import Submit
from domain.platform.outbox import read as outbox
from domain.platform.outbox.prune import prune_rows
from runtime.database import Database
from tasks.execution import Engine
from tests.clock import Clock
from tests.integration.oversight.conftest import Paid, event_of
from tests.sandbox_process import SandboxProcess
from tests.story import accepted, hired, told_by
from tests.work_off import work_off


def story_of(database: Database, given: str) -> list[Entry]:
    return database.read(lambda c: assemble(c, given)).entries


def kinds(entries: list[Entry], subject: str) -> list[str]:
    return [entry.kind for entry in entries if entry.subject == subject]


def test_a_request_is_followed_to_the_webhook_and_what_people_are_told(database: Database, paid: Paid) -> None:
    entries = story_of(database, paid.cause)
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    told = [entry for entry in entries if entry.subject == paid.payment.id]
    assert (told[0].kind, told[0].what) == ("request", f"POST /payments, by {paid.story.alice.id}")
    statuses = [entry.what.partition(",")[0] for entry in told if entry.kind == "status"]
    assert statuses == ["accepted", "accepted → submitting", "submitting → captured"]
    assert [e.what.partition(",")[0] for e in told if e.kind == "ledger"] == ["capture", "provider_fee"]
    (call,) = (entry for entry in told if entry.kind == "call")
    assert "/v1/payment_intents: 200 in " in call.what
    assert call.provider_id.startswith("req_")
    (submitted,) = (e for e in told if e.kind == "attempt" and "payments.submit" in e.what)
    assert (submitted.outcome, submitted.provider_id[:3]) == ("succeeded", "pi_")
    assert (told[-3].kind, told[-3].outcome, told[-3].id) == ("webhook", "repeated", paid.event_id)
    assert [entry.kind for entry in told[-2:]] == ["task", "attempt"]
    assert "webhooks.process" in told[-1].what

    people = {(e.kind, e.what.partition(":")[0].partition(" by ")[0]) for e in entries if e.kind in MESSAGES}
    alice, bob = paid.story.alice.id, paid.story.bob.id
    assert people == {(kind, f"payment.captured to {alice}") for kind in MESSAGES} | {
        (kind, f"booking.funded to {bob}") for kind in MESSAGES
    }
    assert {entry.what.partition(",")[0] for entry in entries if entry.subject == paid.story.booking.id} >= {
        "awaiting_payment → funded"
    }


MESSAGES = ("notification", "delivery")


def test_the_payment_and_its_provider_s_ids_tell_the_same_story(database: Database, paid: Paid) -> None:
    whole = story_of(database, paid.payment.id)
    assert {(e.kind, e.id) for e in story_of(database, paid.cause)} == {(e.kind, e.id) for e in whole}
    at_provider = next(e.provider_id for e in whole if e.kind == "attempt" and e.provider_id)
    assert story_of(database, at_provider) == whole
    assert story_of(database, paid.event_id) == whole


def test_a_booking_s_story_has_its_hire_and_its_payment(database: Database, paid: Paid) -> None:
    entries = story_of(database, paid.story.booking.id)
    assert [e.what.partition(",")[0] for e in entries if e.kind == "request"] == ["a request", "POST /payments"]
    assert "call" in kinds(entries, paid.payment.id)
    about_job = story_of(database, paid.story.booking.job_id)
    assert {(e.kind, e.id) for e in entries} < {(e.kind, e.id) for e in about_job}


def test_another_payment_is_not_in_the_story(database: Database, clock: Clock, worker: Engine, paid: Paid) -> None:
    other = accepted(database, clock, hired(database, clock), key="k2")
    work_off(worker)
    for given in (paid.cause, paid.payment.id, paid.story.booking.id):
        assert other.id not in {entry.subject for entry in story_of(database, given)}
    assert paid.payment.id not in {entry.subject for entry in story_of(database, other.id)}


def test_a_webhook_that_wins_the_race_belongs_to_the_story(
    database: Database, clock: Clock, sandbox: SandboxProcess, worker: Engine
) -> None:
    """The worker's answer is lost, so that the event captures the payment and the notifications carry its cause."""
    accepted(database, clock, hired(database, clock))
    sandbox.fault("effect_without_answer", next=1)
    (row,) = database.read(lambda c: outbox.tasks(c, task=Submit.task, most=10))
    work_off(worker)
    event = event_of(sandbox, "payment_intent.succeeded")
    told = told_by("stripe", database, clock, json.dumps(event), event["id"])
    work_off(worker)
    entries = story_of(database, row.correlation_id)
    attempts = [e.outcome for e in entries if e.kind == "attempt" and "payments.submit" in e.what]
    assert attempts[0] == "unknown"
    call = next(entry for entry in entries if entry.kind == "call")
    assert call.provider_id == ""
    assert call.outcome in ("ReadError", "RemoteProtocolError"), "no answer came"
    captured = next(e for e in entries if e.kind == "status" and "captured" in e.what)
    assert captured.correlation_id == told.correlation_id
    assert {e.kind for e in entries if e.correlation_id == told.correlation_id} >= {"task", "notification", "delivery"}


def test_attempts_outlive_their_rows(database: Database, clock: Clock, paid: Paid) -> None:
    clock.forward(days=2)
    assert database.write(lambda c: prune_rows(c, finished_before=clock())) > 0
    entries = story_of(database, paid.payment.id)
    assert kinds(entries, paid.payment.id).count("call") == 1
    assert "task" not in kinds(entries, paid.payment.id)
    assert {e.kind for e in story_of(database, paid.cause)} >= {"request", "status", "ledger", "webhook", "delivery"}


def test_an_unknown_id_has_no_story(database: Database) -> None:
    for given in ("cor_nobody", "pay_0000000000000000000000000", "tsk_1", "ntf_1", "evt_1", "'", "%"):
        assert story_of(database, given) == [], given


def test_a_task_and_a_notification_lead_to_their_request(database: Database, paid: Paid) -> None:
    entries = story_of(database, paid.cause)
    for kind in ("task", "notification", "delivery"):
        found = next(entry.id for entry in entries if entry.kind == kind)
        assert story_of(database, found) == entries
