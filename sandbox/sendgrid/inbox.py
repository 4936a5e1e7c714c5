"""The inbox: every accepted mail, for people at ``/sandbox/inbox`` and for programs at ``/sandbox/mails``.

The page shows a mail as its recipient sees it, in a frame without scripts, forms or an origin, so that no text of a
user, such as a job's title, can run here.
"""

from __future__ import annotations

import re
from html import escape
from typing import Annotated
from urllib.parse import urlencode

from litestar import MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler

from sandbox.pages.layout import Link, respond, table, when
from sandbox.sendgrid.events import Events
from sandbox.sendgrid.mailbox import MOST, Mail, Mailbox, MailEffects, MailPage
from sandbox.store import Store

_LINK = re.compile(r"https?://[^\s<>\"']+")
Limit = Annotated[int, QueryParameter(ge=1, le=MOST)]


def inbox_routes(store: Store, mailbox: Mailbox, events: Events) -> list[ControllerRouterHandler]:
    return [*_for_people(store, mailbox), *_for_programs(store, mailbox, events)]


def _for_people(store: Store, mailbox: Mailbox) -> list[ControllerRouterHandler]:
    @get("/sandbox/inbox", media_type=MediaType.HTML)
    async def inbox(to: str = "", before: int | None = None) -> Response[str]:
        await store.settled()
        return respond(_list(mailbox.page(to=to or None, before=before), to), referrer="no-referrer")

    @get("/sandbox/inbox/{position:int}", media_type=MediaType.HTML)
    async def show(position: FromPath[int]) -> Response[str]:
        await store.settled()
        found = mailbox.find(position)
        if found is None:
            raise NotFoundException("There is no such mail.")
        return respond(_one(found), referrer="no-referrer")

    return [inbox, show]


def _for_programs(store: Store, mailbox: Mailbox, events: Events) -> list[ControllerRouterHandler]:
    @get("/sandbox/mails")
    async def mails(to: str | None = None, before: int | None = None, limit: Limit = MOST) -> MailPage:
        await store.settled()
        return mailbox.page(to=to, before=before, limit=limit)

    @get("/sandbox/effects/mails")
    async def effects(argument: str = "delivery_id", to: str | None = None) -> MailEffects:
        await store.settled()
        return mailbox.effects(argument, to=to)

    @get("/sandbox/effects/mail-events")
    async def told() -> dict[str, int]:
        await store.settled()
        return events.counts()

    return [mails, effects, told]


def _list(page: MailPage, to: str) -> str:
    rows = [(when(m.created), m.to, Link(m.subject, f"/sandbox/inbox/{m.position}")) for m in page.mails]
    form = (
        '<form action="/sandbox/inbox"><label>To <input name="to" value="'
        f'{escape(to)}" placeholder="alice@example.com"></label> <button>Show</button></form>'
    )
    older = ""
    if page.next_before is not None:
        query = urlencode({"to": to, "before": page.next_before})
        older = f'<p><a href="/sandbox/inbox?{escape(query)}">Older</a>'
    return f"<h1>Inbox</h1>{form}{table(('when', 'to', 'subject'), rows)}{older}"


def _one(mail: Mail) -> str:
    facts = [("to", mail.to), ("from", mail.sender), ("when", when(mail.created)), ("id", mail.id)]
    facts += list(mail.custom_args.items())
    # Without allow-scripts and allow-same-origin the frame can only open links in new pages.
    framed = escape('<base target="_blank">' + mail.html)
    return (
        f'<p><a href="/sandbox/inbox">Inbox</a><h1>{escape(mail.subject)}</h1>{table(("", ""), list(facts))}'
        '<h2>HTML</h2><iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" '
        f'style="width:100%;height:32rem;border:1px solid #ddd" srcdoc="{framed}"></iframe>'
        f'<h2>Text</h2><pre style="white-space:pre-wrap">{_linked(mail.text)}</pre>'
    )


def _linked(text: str) -> str:
    parts: list[str] = []
    at = 0
    for match in _LINK.finditer(text):
        parts.append(escape(text[at : match.start()]))
        address = escape(match.group())
        parts.append(f'<a href="{address}" rel="noreferrer" target="_blank">{address}</a>')
        at = match.end()
    return "".join([*parts, escape(text[at:])])
