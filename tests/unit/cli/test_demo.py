"""The demo's verdict is worth something: whatever goes wrong, it is not well; and its client repeats with care."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from cli.demo.books import BookedPayout, Books, Mailed
from cli.demo.client import Client, UnexpectedAnswer
from cli.demo.command import unfit
from cli.demo.market import BAD_CARDS, GOOD_CARD, Deal
from cli.demo.sessions import Member
from cli.demo.verdict import Verdict, judge
from cli.demo.witness import Truth

ALICE, BOB = Member("alice@example.com"), Member("bob@example.com")
PAYOUT = BookedPayout("pyt_1", "bkg_1", "acc_bob", amount_minor=8_100, posted_minor=8_100, seconds=3.0)
TOLD = Mailed(sent=9, waiting=0, untold=0)
TRUTH = Truth(
    charges={"pay_1": 1},
    charged_minor={"pay_1": 9_000},
    transfers={"pyt_1": 1},
    payouts={"pyt_1": 1},
    paid_minor={"pyt_1": 8_100},
    mails=9,
)


def deals() -> list[Deal]:
    """One that was to be captured and was, and one that was to be declined and was."""
    return [
        Deal("bkg_1", ALICE, BOB, GOOD_CARD, payment_id="pay_1", status="captured", settled_after=0.2),
        Deal("bkg_2", ALICE, BOB, BAD_CARDS[0], payment_id="pay_2", status="declined", settled_after=0.2),
    ]


def verdict(
    *,
    some: list[Deal] | None = None,
    captured: int = 9_000,
    payouts: list[BookedPayout] | None = None,
    told: Mailed = TOLD,
    truth: Truth = TRUTH,
) -> Verdict:
    books = Books({"pay_1": captured} if captured else {}, [PAYOUT] if payouts is None else payouts)
    return judge(deals() if some is None else some, books, told, truth)


def test_what_went_well_is_well():
    found = verdict()

    assert found.is_well
    assert (found.accepted, found.captured, found.declined_as_planned) == (2, 1, 1)
    assert (found.paid_out, found.workers, found.unpaid, found.ledger_difference) == (1, 1, 0, 0)
    assert (found.emails_sent, found.emails_in_inbox, found.emails_doubled) == (9, 9, 0)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(verdict(payouts=[]), id="no payout was made"),
        pytest.param(verdict(payouts=[replace(PAYOUT, posted_minor=0)]), id="not in the ledger"),
        pytest.param(verdict(truth=replace(TRUTH, paid_minor={})), id="not at the bank"),
        pytest.param(verdict(truth=replace(TRUTH, paid_minor={"pyt_1": 8_099})), id="not all of it at the bank"),
    ],
)
def test_a_worker_without_their_money_is_seen(found):
    assert (found.unpaid, found.paid_out) == (1, 0)
    assert not found.is_well


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(verdict(truth=replace(TRUTH, payouts={"pyt_1": 2})), id="paid twice"),
        pytest.param(verdict(truth=replace(TRUTH, transfers={"pyt_1": 2})), id="moved twice"),
        pytest.param(
            verdict(
                payouts=[PAYOUT, replace(PAYOUT, id="pyt_2")],
                truth=replace(TRUTH, payouts={"pyt_1": 1, "pyt_2": 1}, paid_minor={"pyt_1": 8_100, "pyt_2": 8_100}),
            ),
            id="two payouts of one booking",
        ),
    ],
)
def test_a_worker_who_got_it_twice_is_seen(found):
    assert (found.payouts_doubled, found.unpaid) == (1, 0)
    assert not found.is_well


@pytest.mark.parametrize(
    ("figure", "found"),
    [
        ("duplicates", verdict(truth=replace(TRUTH, charges={"pay_1": 2}, charged_minor={"pay_1": 18_000}))),
        ("lost", verdict(truth=replace(TRUTH, charges={}, charged_minor={}))),
        ("lost", verdict(some=[replace(deals()[0], settled_after=None), deals()[1]])),
        ("unplanned", verdict(some=[replace(deals()[0], status="declined"), deals()[1]])),
        ("unplanned", verdict(truth=replace(TRUTH, charges={"pay_1": 1, "pay_2": 1}))),
        ("ledger_difference", verdict(captured=8_999)),
        ("ledger_difference", verdict(captured=0)),
        ("ledger_difference", verdict(truth=replace(TRUTH, paid_minor={"pyt_1": 8_101}))),
        ("emails_missing", verdict(truth=replace(TRUTH, mails=8))),
        ("emails_missing", verdict(told=replace(TOLD, waiting=1))),
        ("emails_missing", verdict(told=replace(TOLD, untold=1))),
        ("emails_doubled", verdict(truth=replace(TRUTH, mails=10, doubled=["dlv_1"]))),
    ],
)
def test_whatever_else_is_wrong_is_seen(figure, found):
    assert getattr(found, figure) > 0
    assert not found.is_well


def test_a_stack_of_real_providers_is_not_driven():
    sandboxed = {"STRIPE_API_BASE": "http://127.0.0.1:8010", "SENDGRID_API_BASE": "http://127.0.0.1:8010"}
    assert unfit(sandboxed) is None
    assert "Stripe" in unfit({"SENDGRID_API_BASE": "http://127.0.0.1:8010"})
    assert "SendGrid" in unfit({"STRIPE_API_BASE": "http://127.0.0.1:8010"})


def client_of(*answers: int | None) -> Client:
    """Each of its requests gets the next answer: a status, or None for none at all."""
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        status = left.pop(0)
        if status is None:
            raise httpx.ReadError("gone", request=request)
        return httpx.Response(status, json={}, headers={"retry-after": "0"})

    return Client("http://api.test", transport=httpx.MockTransport(answer))


@pytest.mark.anyio
@pytest.mark.parametrize("answers", [(200,), (None, 200), (503, 200), (429, 200), (None, 409), (503, None, 409)])
async def test_a_step_is_repeated_until_it_is_known_to_be_done(answers):
    client = client_of(*answers)
    await client.step("/bookings/bkg_1/start", token="t")
    assert client.unanswered == sum(answer in (None, 503) for answer in answers)


@pytest.mark.anyio
@pytest.mark.parametrize("answers", [(409,), (429, 409), (None, 404)])
async def test_a_step_that_somebody_refuses_is_no_step(answers):
    with pytest.raises(UnexpectedAnswer):
        await client_of(*answers).step("/bookings/bkg_1/start", token="t")
