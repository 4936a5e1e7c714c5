"""The repair of a call to Stripe whose outcome is unknown."""

from datetime import timedelta

from gateways.lookup import Lookup

KEY_LIFETIME = timedelta(hours=23)
"""Stripe may forget a key after 24 hours; we stop an hour short of it."""


def _keyed(call: str, repeat: str, look_up: str) -> Lookup:
    """Return the repair of a call that Stripe carries out once for its key."""
    return Lookup(
        call=call,
        same_key_for=KEY_LIFETIME,
        repeat=repeat,
        stored="a failure that Stripe stored is replayed for ever: look it up",
        look_up=look_up,
        absent="nothing found twice, 10 min apart: a new attempt under the next generation's key",
    )


LOOKUPS = (
    _keyed(
        "PaymentIntent create (and confirm)",
        "`<payment>:<generation>`: the answer of the first request is replayed, so nothing is charged twice",
        "by id if we heard it; else charges listed by `transfer_group` (our booking), matched by "
        "`metadata.payment_id`; never intents listed by time, which are thousands where there is traffic, nor by "
        "search, which lags by up to an hour; an intent without a charge is missed, and nobody has its secret",
    ),
    Lookup(
        call="PaymentIntent cancel",
        same_key_for=None,
        repeat="a fresh key each time: to cancel twice is to cancel once",
        stored="does not matter, the next request has another key",
        look_up="retrieve: what it is now is the answer, captured included",
        absent="nothing to cancel",
    ),
    _keyed(
        "Refund create",
        "`<refund>:<generation>`: the answer of the first request is replayed, so nothing goes back twice",
        "by id if we heard it; else refunds listed by `payment_intent`, matched by `metadata.refund_id`",
    ),
    _keyed(
        "Account create (Connect)",
        "`<payout account>:<generation>`: the answer of the first request is replayed",
        "by id if we heard it; else accounts listed by time, from 5 min before the first submission, matched by "
        "`metadata.payout_account_id`",
    ),
    Lookup(
        call="AccountLink create",
        same_key_for=None,
        repeat="a fresh key each time: a second page does no harm",
        stored="does not matter, the next request has another key",
        look_up="not needed",
        absent="another page is asked for",
    ),
    _keyed(
        "Transfer create",
        "`<payout>:transfer:<generation>`: the answer of the first request is replayed, so nothing moves twice",
        "transfers listed by `transfer_group` (our booking), matched by `metadata.payout_id`",
    ),
    _keyed(
        "Payout create (of a connected account)",
        "`<payout>:<generation>`: the answer of the first request is replayed, so nothing is paid twice; "
        "`balance_insufficient` is asked again under the next generation's key, because it is replayed too",
        "by id if we heard it; else the account's payouts listed by time, matched by `metadata.payout_id`, and a "
        "failed one by `metadata.generation` too",
    ),
    Lookup(
        call="retrieve, list",
        same_key_for=None,
        repeat="reads have no effect: asked again later",
        stored="reads are not stored",
        look_up="not needed",
        absent="an id that we know and Stripe does not is another account's: an operator's matter, never absence",
    ),
)
