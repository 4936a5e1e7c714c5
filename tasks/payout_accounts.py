"""The tasks of payout accounts."""

from __future__ import annotations

import msgspec

from domain.cause import Cause
from domain.database import Connection
from domain.payouts.account_status import record_link, record_refusal, record_status
from domain.payouts.accounts.poll import ask_about_unready
from domain.payouts.accounts.ports import AccountAtProvider, AccountOrder, LinkOrder, OnboardingLink
from domain.payouts.accounts.submit import begin, to_ask, to_link
from domain.payouts.accounts.tables import payout_account
from domain.payouts.accounts.work import Ask, Link, Open, Poll
from domain.provider_errors import Refused
from runtime import logging
from tasks.declare import Call, durable_task, overdue_task
from tasks.retry import PATIENT, QUICK
from tasks.send_once import Absent, recording, send_once

log = logging.get("handwork.payout_accounts")


class Rejected(msgspec.Struct, frozen=True):
    """The provider refuses to open the account."""

    message: str


def _record(connection: Connection, cause: Cause, payout_account_id: str, result: AccountAtProvider | Rejected) -> None:
    if isinstance(result, Rejected):
        record_refusal(connection, cause, payout_account_id, result.message)
    else:
        record_status(connection, cause, payout_account_id, result)


_record_or_note = recording(payout_account, _record)


@durable_task(work=Open, prepare=begin, record=_record_or_note, retry=PATIENT)
async def open_account(call: Call, _work: Open, order: AccountOrder) -> AccountAtProvider | Rejected | Absent:
    rail = call.gateways.rail(order.provider)
    return await send_once(call, order, rail.payout_accounts.open, rail.payout_accounts.look_up, _refused)


def _refused(order: AccountOrder, refusal: Refused) -> Rejected:
    log.exception("payout account refused by the provider", payout_account_id=order.payout_account_id)
    return Rejected(refusal.message)


@durable_task(work=Ask, prepare=to_ask, record=_record_or_note, retry=PATIENT)
async def ask(call: Call, _work: Ask, order: AccountOrder) -> AccountAtProvider | None:
    return await call.gateways.rail(order.provider).payout_accounts.look_up(order, call.deadline)


def _keep_link(connection: Connection, _cause: Cause, work: Link, link: OnboardingLink) -> None:
    record_link(connection, work.payout_account_id, link)


@durable_task(work=Link, prepare=to_link, record=_keep_link, retry=QUICK)
async def link(call: Call, _work: Link, order: LinkOrder) -> OnboardingLink:
    """Request an onboarding page; an attempt in doubt is simply repeated, because a second page is harmless."""
    back = f"{call.settings.web_public_url.rstrip('/')}/payout-account"
    return await call.gateways.rail(order.provider).payout_accounts.link(order.provider_id, back, call.deadline)


poll = overdue_task(Poll, ask_about_unready)
