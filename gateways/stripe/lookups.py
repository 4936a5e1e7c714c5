"""The repair of a call to Stripe whose outcome is unknown."""

from datetime import timedelta

from gateways.lookup import Lookup

KEY_LIFETIME = timedelta(hours=23)
"""Stripe may forget a key after 24 hours; we stop an hour short of it."""

LOOKUPS = (
    Lookup(
        call="PaymentIntent create (and confirm)",
        same_key_for=KEY_LIFETIME,
        repeat="`<payment>:<generation>`: the answer of the first request is replayed, so nothing is charged twice",
        stored="a failure that Stripe stored is replayed for ever: look it up",
        look_up=(
            "by id if we heard it; else charges listed by `transfer_group` (our booking), matched by "
            "`metadata.payment_id`; never intents listed by time, which are thousands where there is traffic, nor by "
            "search, which lags by up to an hour; an intent without a charge is missed, and nobody has its secret"
        ),
        absent="nothing found twice, 10 min apart: a new attempt under the next generation's key",
    ),
    Lookup(
        call="PaymentIntent cancel",
        same_key_for=None,
        repeat="a fresh key each time: to cancel twice is to cancel once",
        stored="does not matter, the next request has another key",
        look_up="retrieve: what it is now is the answer, captured included",
        absent="nothing to cancel",
    ),
    Lookup(
        call="Refund create",
        same_key_for=KEY_LIFETIME,
        repeat="`<refund>:<generation>`: the answer of the first request is replayed, so nothing goes back twice",
        stored="a failure that Stripe stored is replayed for ever: look it up",
        look_up="by id if we heard it; else refunds listed by `payment_intent`, matched by `metadata.refund_id`",
        absent="nothing found twice, 10 min apart: a new attempt under the next generation's key",
    ),
    Lookup(
        call="Account create (Connect)",
        same_key_for=KEY_LIFETIME,
        repeat="`<payout account>:<generation>`: the answer of the first request is replayed",
        stored="a failure that Stripe stored is replayed for ever: look it up",
        look_up=(
            "by id if we heard it; else accounts listed by time, from 5 min before the first submission, matched by "
            "`metadata.payout_account_id`"
        ),
        absent="nothing found twice, 10 min apart: a new attempt under the next generation's key",
    ),
    Lookup(
        call="AccountLink create",
        same_key_for=None,
        repeat="a fresh key each time: a second page does no harm",
        stored="does not matter, the next request has another key",
        look_up="not needed",
        absent="another page is asked for",
    ),
    Lookup(
        call="Transfer create",
        same_key_for=KEY_LIFETIME,
        repeat="`<payout>:transfer:<generation>`: the answer of the first request is replayed, so nothing moves twice",
        stored="a failure that Stripe stored is replayed for ever: look it up",
        look_up="transfers listed by `transfer_group` (our booking), matched by `metadata.payout_id`",
        absent="nothing found twice, 10 min apart: a new attempt under the next generation's key",
    ),
    Lookup(
        call="Payout create (of a connected account)",
        same_key_for=KEY_LIFETIME,
        repeat=(
            "`<payout>:<generation>`: the answer of the first request is replayed, so nothing is paid twice; "
            "`balance_insufficient` is asked again under the next generation's key, because it is replayed too"
        ),
        stored="a failure that Stripe stored is replayed for ever: look it up",
        look_up=(
            "by id if we heard it; else the account's payouts listed by time, matched by `metadata.payout_id`, and a "
            "failed one by `metadata.generation` too"
        ),
        absent="nothing found twice, 10 min apart: a new attempt under the next generation's key",
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
