"""The repair of a call to SendGrid whose outcome is unknown."""

from gateways.lookup import Lookup

LOOKUPS = (
    Lookup(
        call="mail send",
        same_key_for=None,
        repeat="there is no key: a repeat is a second mail",
        stored="nothing is stored",
        look_up="none: an event with our custom argument `delivery_id` is waited for",
        absent="no event within 10 min (`DELIVERY_DOUBT_MS`): sent again, at the risk of a second mail",
    ),
)
