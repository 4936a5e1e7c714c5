"""Describe for people what is wrong with a value; msgspec describes it in types and patterns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from web.texts import CATEGORY, COUNTRY, CURRENCY, LANGUAGE, LINE, METHOD, NAME, NOT_SPACES, PHONE, WORDS, WORDS_OR_NONE

KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "datetime": "a time",
    "date": "a day",
}
FORMS = {
    LINE: "must be one line of text and must not be blank",
    NAME: "must be one line of text, must not be blank, and must not turn the direction of writing",
    WORDS: "must not be blank",
    WORDS_OR_NONE: "must be empty or have visible characters",
    NOT_SPACES: "must not be only spaces",
    CURRENCY: "must be a currency code in lower case, such as usd",
    COUNTRY: "must be a country code in upper case, such as US",
    LANGUAGE: "must be a language code, such as de or de-CH",
    PHONE: "must be a telephone number with its country code, such as +4930123456",
    CATEGORY: "must be the id of a category from GET /categories",
    METHOD: "must be a payment method of the provider, such as pm_card_visa: up to 80 letters, digits and _",
}
OTHER_FORM = "must have the form that the API's description names"
OTHERWISE = "must be what the API's description says"
BOUNDS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


class Said(NamedTuple):
    """A fault.  ``code``: for programs.  ``must``: the text after the field's name.  ``shows``: the value helps."""

    code: str
    must: str
    shows: bool = False


def in_words(message: str) -> Said | None:
    """Return what a sentence of msgspec's means; None for a sentence that is not msgspec's."""
    for pattern, say in _SAYINGS:
        found = pattern.fullmatch(message)
        if found:
            return say(found)
    return None


def _kinds(found: re.Match[str]) -> Said:
    wanted, given = ([KINDS.get(name) for name in group.split(" | ")] for group in found.groups())
    if None in wanted or None in given:
        return Said("wrong_type", OTHERWISE)
    return Said("wrong_type", f"must be {' or '.join(map(str, wanted))}, not {' or '.join(map(str, given))}")


def _length(found: re.Match[str]) -> Said:
    kind, bound, count = found.groups()
    if (bound, count) == (">=", "1"):
        return Said("wrong_length", "must not be empty")
    return Said("wrong_length", f"must have {BOUNDS[bound]} {count} {'characters' if kind == 'str' else 'items'}")


def _bound(found: re.Match[str]) -> Said:
    return Said("out_of_range", f"must be {BOUNDS[found[1]]} {found[2].removesuffix('.0')}", shows=True)


def _form(found: re.Match[str]) -> Said:
    # msgspec writes the pattern as Python's ``repr`` does.
    return Said(
        "wrong_form", next((words for form, words in FORMS.items() if repr(form) == found[1]), OTHER_FORM), True
    )


def _saying(pattern: str, say: Said | Callable[[re.Match[str]], Said]) -> tuple[re.Pattern[str], Callable[..., Said]]:
    return re.compile(pattern, re.DOTALL), (lambda _: say) if isinstance(say, Said) else say


_SAYINGS = (
    _saying(r"Object missing required field `.*`", Said("missing", "is missing")),
    _saying(r"Missing required .*", Said("missing", "is missing")),
    _saying(r"Object contains unknown field `.*`", Said("unknown_field", "is not a field of this body")),
    _saying(r"Expected `(\w+)(?: \| null)?` of length (>=|<=) (\d+)", _length),
    _saying(r"Expected `(?:int|float)(?: \| null)?` (>=|<=|>|<) (\S+)", _bound),
    _saying(r"Expected `str(?: \| null)?` matching regex (.*)", _form),
    _saying(
        r"Expected `datetime(?: \| null)?` with a timezone component",
        Said("wrong_form", "must have a time zone, as in 2027-03-01T09:00:00Z", shows=True),
    ),
    _saying(
        r"Invalid RFC3339 encoded datetime", Said("wrong_form", "must be a time such as 2027-03-01T09:00:00Z", True)
    ),
    _saying(r"Invalid RFC3339 encoded date", Said("wrong_form", "must be a day such as 2027-03-01", True)),
    _saying(
        r"Invalid enum value .*", Said("not_one_of", "must be one of the values that the API's description lists", True)
    ),
    _saying(r"(?:Integer value|Number|Integer) out of range", Said("out_of_range", "is too large a number")),
    _saying(r"Expected `([^`]*)`, got `([^`]*)`", _kinds),
    _saying(r"(Expected|Invalid|Integer|Number|Object) .*", Said("wrong_type", OTHERWISE)),
)
