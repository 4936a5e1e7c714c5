"""Show lists of Stripe's objects, and one payment with all its objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from sandbox.pages.layout import Link, amount, respond, table, when
from sandbox.store import Store

PAGE = 50
Thing = dict[str, Any]
Row = Callable[[Thing], Sequence[object]]
PAYMENT_HEADS = ("id", "when", "status", "amount", "our payment")
REFUND_HEADS = ("id", "when", "status", "amount", "payment", "why it failed")
ACCOUNT_HEADS = ("id", "when", "e-mail", "country", "takes payouts", "")


def object_pages(store: Store) -> list[ControllerRouterHandler]:
    def listing(path: str, kind: str, heads: Sequence[str], row: Row) -> ControllerRouterHandler:
        @get(path, media_type=MediaType.HTML)
        async def show(before: int | None = None) -> Response[str]:
            await store.settled()
            found = newest(store, kind, before)
            older = f'<p><a href="?before={found[-1][0]}">Older</a>' if len(found) == PAGE else ""
            title = path.removeprefix("/").capitalize()
            return respond(f"<h1>{title}</h1>{table(heads, [row(thing) for _, thing in found])}{older}")

        return show

    @get("/payments/{intent_id:str}", media_type=MediaType.HTML)
    async def payment(request: Request[object, object, State], intent_id: FromPath[str]) -> Response[str]:
        await store.settled()
        row = store.one("SELECT body FROM document WHERE kind = 'payment_intent' AND id = ?", intent_id)
        if row is None:
            raise NotFoundException(f"There is no payment {intent_id}.")
        return respond(_payment(store, msgspec.json.decode(row[0]), str(request.base_url)))

    return [
        listing("/payments", "payment_intent", PAYMENT_HEADS, payment_row),
        payment,
        listing("/refunds", "refund", REFUND_HEADS, refund_row),
        listing("/accounts", "account", ACCOUNT_HEADS, account_row),
    ]


def newest(store: Store, kind: str, before: int | None = None, limit: int = PAGE) -> list[tuple[int, Thing]]:
    """Return the newest objects of a kind, each with its position in the order of creation."""
    rows = store.run(
        "SELECT seq, body FROM document WHERE kind = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        kind, before or 1 << 62, limit,
    )  # fmt: skip
    return [(seq, msgspec.json.decode(body)) for seq, body in rows]


def payment_row(intent: Thing) -> Sequence[object]:
    link = Link(intent["id"], f"/payments/{intent['id']}")
    return link, when(intent["created"]), intent["status"], amount(intent), intent["metadata"].get("payment_id")


def refund_row(refund: Thing) -> Sequence[object]:
    link = Link(refund["payment_intent"], f"/payments/{refund['payment_intent']}")
    return refund["id"], when(refund["created"]), refund["status"], amount(refund), link, refund["failure_reason"]


def account_row(account: Thing) -> Sequence[object]:
    page = Link("its onboarding", f"/sandbox/stripe/onboarding/{quote(account['id'], safe='')}")
    takes = "yes" if account["payouts_enabled"] else "not yet"
    return account["id"], when(account["created"]), account["email"], account["country"], takes, page


def _payment(store: Store, intent: Thing, base: str) -> str:
    facts = [("status", intent["status"]), ("amount", amount(intent)), ("when", when(intent["created"]))]
    facts += [("card", intent["payment_method"]), ("description", intent["description"])]
    facts += sorted(intent["metadata"].items())
    error = intent["last_payment_error"]
    if error:
        facts.append(("declined", error["message"]))
    charges = store.run(
        "SELECT d.body FROM effect e JOIN document d ON d.id = e.charge WHERE e.intent = ? ORDER BY d.seq", intent["id"]
    )
    refunds = store.run(
        "SELECT body FROM document WHERE kind = 'refund' AND body ->> '$.payment_intent' = ? ORDER BY seq", intent["id"]
    )
    return "".join(
        (
            f"<h1>{escape(intent['id'])}</h1>{table(('', ''), facts)}",
            _question(intent, base),
            "<h2>Charges</h2>",
            table(("id", "when", "status", "amount"), [_charge(msgspec.json.decode(body)) for (body,) in charges]),
            "<h2>Refunds</h2>",
            table(REFUND_HEADS, [refund_row(msgspec.json.decode(body)) for (body,) in refunds]),
        )
    )


def _question(intent: Thing, base: str) -> str:
    """Return the form that the card's holder must answer before the payment continues."""
    if intent["status"] not in ("requires_action", "processing"):
        return ""
    back = quote(f"{base}payments/{intent['id']}", safe="")
    page = f"/sandbox/stripe/authenticate/{quote(intent['id'], safe='')}?return_url={back}"
    asks = "its holder's consent" if intent["status"] == "requires_action" else "the bank's word"
    return f'<p>This payment waits for {asks}: <a id="answer" href="{escape(page)}">say yes or no</a>.'


def _charge(charge: Thing) -> Sequence[object]:
    return charge["id"], when(charge["created"]), charge["status"], amount(charge)
