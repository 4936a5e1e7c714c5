"""Store Stripe's objects as documents: add, save and find them, and replace an id with its object (``expand``)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TypeVar

import msgspec

from sandbox.store import Store
from sandbox.stripe.errors import invalid, missing
from sandbox.stripe.objects import BalanceTransaction, Charge, Customer, PaymentIntent, PaymentMethod, Thing
from sandbox.stripe.outgoing_objects import Payout, Refund, Transfer

T = TypeVar("T", bound=Thing)

EXPANDABLE: dict[type[Thing], dict[str, type[Thing]]] = {
    PaymentIntent: {"latest_charge": Charge, "payment_method": PaymentMethod, "customer": Customer},
    Charge: {"balance_transaction": BalanceTransaction, "payment_intent": PaymentIntent, "customer": Customer},
    BalanceTransaction: {"source": Charge},
    Refund: {"balance_transaction": BalanceTransaction, "charge": Charge, "payment_intent": PaymentIntent},
    Transfer: {"balance_transaction": BalanceTransaction},
    Payout: {"balance_transaction": BalanceTransaction},
}
_encode = msgspec.json.Encoder().encode


class Documents:
    """The documents of one account, or the platform's for None."""

    def __init__(self, store: Store, account: str | None = None) -> None:
        self.store = store
        self.account = account

    def of(self, account: str | None) -> Documents:
        return self if account == self.account else Documents(self.store, account)

    def add(self, thing: Thing, label: str = "") -> None:
        """Store a new object.  Lists of its kind filter by ``label``."""
        self.store.run(
            "INSERT INTO document (id, kind, created, label, body, account) VALUES (?, ?, ?, ?, ?, ?)",
            thing.id, thing.object, thing.created, label, _encode(thing), self.account,
        )  # fmt: skip

    def save(self, thing: Thing) -> None:
        self.store.run("UPDATE document SET body = ? WHERE id = ?", _encode(thing), thing.id)

    def find(self, kind: type[T], thing_id: str) -> T | None:
        row = self.store.one("SELECT body FROM document WHERE id = ? AND account IS ?", thing_id, self.account)
        if row is None:
            return None
        try:
            thing = msgspec.json.decode(row[0], type=kind)
        except msgspec.ValidationError:
            return None  # an id of another kind of object
        return thing if thing.object == name_of(kind) else None

    def label_of(self, thing_id: str) -> str:
        return str(self.store.run("SELECT label FROM document WHERE id = ?", thing_id)[0][0])

    def get(self, kind: type[T], thing_id: str) -> T:
        """Return an object; 404 ``resource_missing`` when there is none."""
        thing = self.find(kind, thing_id)
        if thing is None:
            raise missing(name_of(kind), thing_id, "intent" if kind is PaymentIntent else "id")
        return thing

    def expand(self, thing: Thing, paths: Iterable[str]) -> None:
        """Replace ids with their objects, without saving; 400 for a property that cannot be expanded."""
        for path in paths:
            head, _, rest = path.partition(".")
            kind = EXPANDABLE.get(type(thing), {}).get(head)
            if kind is None:
                raise invalid(f"This property cannot be expanded ({path}).", "expand")
            value = getattr(thing, head)
            if isinstance(value, str):
                value = self.get(kind, value)
                setattr(thing, head, value)
            if rest and isinstance(value, Thing):
                self.expand(value, [rest])


@cache
def name_of(kind: type[Thing]) -> str:
    """Return the ``object`` field of this kind."""
    return str(next(f.default for f in msgspec.structs.fields(kind) if f.name == "object"))
