"""Hold what we say happened against the sandbox's own count of effects, and the ledger against both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from cli.demo.market import Paid


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts; ``ledger_difference`` in minor units: captured by us minus charged at the sandbox."""

    accepted: int
    captured: int
    declined_as_planned: int
    lost: int
    unplanned: int
    duplicates: int
    ledger_difference: int

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.unplanned or self.duplicates or self.ledger_difference)


def judge(paid: Sequence[Paid], sandbox_url: str) -> Verdict:
    """``lost``: no outcome in time, or captured here and not charged there; ``duplicates``: charged more than once."""
    effects = httpx.get(f"{sandbox_url}/sandbox/effects", timeout=30.0).raise_for_status().json()
    charges: dict[str, int] = effects["by_payment"]
    captured = [p for p in paid if p.status == "captured"]
    declined = [p for p in paid if p.status == "declined"]
    return Verdict(
        accepted=sum(bool(p.payment_id) for p in paid),
        captured=len(captured),
        declined_as_planned=sum(p.planned == "declined" for p in declined),
        lost=sum(p.settled_after is None for p in paid) + sum(charges.get(p.payment_id, 0) == 0 for p in captured),
        unplanned=sum(p.status != p.planned for p in paid if p.settled_after is not None)
        + sum(charges.get(p.payment_id, 0) > 0 for p in paid if p.status != "captured"),
        duplicates=sum(max(0, charges.get(p.payment_id, 0) - 1) for p in paid),
        ledger_difference=sum(p.amount_minor for p in captured)
        - sum(p.amount_minor * charges.get(p.payment_id, 0) for p in paid),
    )
