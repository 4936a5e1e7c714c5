"""Serve lists, newest first, and single objects; as at Stripe, a list's cursor is an id."""

from __future__ import annotations

import msgspec

from sandbox.stripe.call import Call
from sandbox.stripe.documents import name_of
from sandbox.stripe.errors import invalid, missing
from sandbox.stripe.forms import read
from sandbox.stripe.objects import BalanceTransaction, Charge, Event, ListOf, PaymentIntent, PaymentMethod, Thing
from sandbox.stripe.outgoing_objects import Account, Payout, Refund, Transfer
from sandbox.stripe.outgoing_params import ListPayouts, ListRefunds, ListTransfers
from sandbox.stripe.params import (
    Between,
    ListCharges,
    ListEvents,
    ListIntents,
    ListParams,
    ListTransactions,
    Params,
)


def intents(call: Call) -> object:
    asked = read(call.form, ListIntents)
    return _page(call, PaymentIntent, "/v1/payment_intents", asked, {"customer": asked.customer})


def charges(call: Call) -> object:
    asked = read(call.form, ListCharges)
    fields = {
        "customer": asked.customer,
        "payment_intent": asked.payment_intent,
        "transfer_group": asked.transfer_group,
    }
    return _page(call, Charge, "/v1/charges", asked, fields)


def transactions(call: Call) -> object:
    asked = read(call.form, ListTransactions)
    fields = {"currency": asked.currency, "source": asked.source, "type": asked.type}
    return _page(call, BalanceTransaction, "/v1/balance_transactions", asked, fields)


def events(call: Call) -> object:
    asked = read(call.form, ListEvents)
    if asked.type is not None and asked.types is not None:
        raise invalid("You may only specify one of these parameters: type, types.", "type")
    types = asked.types if asked.types is not None else ([asked.type] if asked.type is not None else None)
    if types is not None and not 0 < len(types) <= 20:
        raise invalid("types takes from 1 to 20 names.", "types")
    return _page(call, Event, "/v1/events", asked, {}, types)


def refunds(call: Call) -> object:
    asked = read(call.form, ListRefunds)
    fields = {"charge": asked.charge, "payment_intent": asked.payment_intent}
    return _page(call, Refund, "/v1/refunds", asked, fields)


def accounts(call: Call) -> object:
    return _page(call, Account, "/v1/accounts", read(call.form, ListParams), {})


def transfers(call: Call) -> object:
    asked = read(call.form, ListTransfers)
    fields = {"destination": asked.destination, "transfer_group": asked.transfer_group}
    return _page(call, Transfer, "/v1/transfers", asked, fields)


def payouts(call: Call) -> object:
    asked = read(call.form, ListPayouts)
    return _page(call, Payout, "/v1/payouts", asked, {"status": asked.status})


def refund(call: Call) -> object:
    return _one(call, Refund)


def account(call: Call) -> object:
    return _one(call, Account)


def transfer(call: Call) -> object:
    return _one(call, Transfer)


def payout(call: Call) -> object:
    return _one(call, Payout)


def charge(call: Call) -> object:
    return _one(call, Charge)


def transaction(call: Call) -> object:
    return _one(call, BalanceTransaction)


def event(call: Call) -> object:
    return _one(call, Event)


def method(call: Call) -> object:
    return _one(call, PaymentMethod)


def _one(call: Call, kind: type[Thing]) -> Thing:
    asked = read(call.form, Params)
    thing = call.documents.get(kind, call.path_id)
    call.documents.expand(thing, asked.expand)
    return thing


def _page(
    call: Call,
    kind: type[Thing],
    url: str,
    asked: ListParams,
    fields: dict[str, str | None],
    types: list[str] | None = None,
) -> ListOf:
    name = name_of(kind)
    where: list[str] = ["kind = ?", "account IS ?"]
    values: list[object] = [name, call.account]
    for clause, value in _conditions(asked):
        where.append(clause)
        values.append(value)
    for field, wanted in fields.items():
        if wanted is not None:
            where.append(f"body ->> '$.{field}' = ?")
            values.append(wanted)
    if types is not None:
        where.append("label IN (SELECT value FROM json_each(?))")
        values.append(msgspec.json.encode([t for one in types for t in _matching(call, one)]).decode())
    backwards = _cursor(call, name, asked, where, values)
    order = "ASC" if backwards else "DESC"
    rows = call.documents.store.run(
        f"SELECT body FROM document WHERE {' AND '.join(where)}"  # noqa: S608  # clauses are our own
        f" ORDER BY created {order}, seq {order} LIMIT ?",
        *values,
        asked.limit + 1,
    )
    bodies = [row[0] for row in rows[: asked.limit]]
    if backwards:
        bodies.reverse()
    return ListOf(data=_items(call, kind, bodies, asked.expand), has_more=len(rows) > asked.limit, url=url)


def _items(call: Call, kind: type[Thing], bodies: list[bytes], expand: list[str]) -> list[object]:
    if not expand:
        return [msgspec.Raw(body) for body in bodies]
    paths = []
    for path in expand:
        if not path.startswith("data."):
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        paths.append(path.removeprefix("data."))
    things = [msgspec.json.decode(body, type=kind) for body in bodies]
    for thing in things:
        call.documents.expand(thing, paths)
    return list(things)


def _conditions(asked: ListParams) -> list[tuple[str, object]]:
    created = asked.created
    if created is None:
        return []
    if isinstance(created, int):
        return [("created = ?", created)]
    return [(f"created {sign} ?", value) for sign, value in _bounds(created) if value is not None]


def _bounds(created: Between) -> list[tuple[str, int | None]]:
    return [(">", created.gt), (">=", created.gte), ("<", created.lt), ("<=", created.lte)]


def _matching(call: Call, wanted: str) -> list[str]:
    """Return the event types that match; ``charge.*`` and ``*`` match by prefix."""
    if not wanted.endswith("*"):
        return [wanted]
    rows = call.documents.store.run("SELECT DISTINCT label FROM document WHERE kind = 'event'")
    return [label for (label,) in rows if label.startswith(wanted[:-1])]


def _cursor(call: Call, name: str, asked: ListParams, where: list[str], values: list[object]) -> bool:
    """Add the cursor's condition to the statement; return whether it reads the page backwards."""
    if asked.starting_after is not None and asked.ending_before is not None:
        raise invalid("You may only specify one of these parameters: starting_after, ending_before.", "starting_after")
    cursor = asked.starting_after or asked.ending_before
    if cursor is None:
        return False
    row = call.documents.store.one(
        "SELECT created, seq FROM document WHERE id = ? AND kind = ? AND account IS ?", cursor, name, call.account
    )
    if row is None:
        raise missing(name, cursor, "ending_before" if asked.ending_before else "starting_after", 400)
    where.append(f"(created, seq) {'>' if asked.ending_before else '<'} (?, ?)")
    values.extend(row)
    return asked.ending_before is not None
