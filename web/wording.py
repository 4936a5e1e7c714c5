"""What is wrong with a field, for people: msgspec says it in types and patterns."""

from __future__ import annotations

import re
from collections.abc import Callable

from web.texts import CATEGORY, COUNTRY, CURRENCY, LANGUAGE, LINE, NAME, NOT_SPACES, PHONE, WORDS, WORDS_OR_NONE

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
    LINE: "It is one line of text, in which there is something to see.",
    NAME: "It is one line of text, in which there is something to see and nothing turns its direction.",
    WORDS: "It is a text in which there is something to see.",
    WORDS_OR_NONE: "It is empty, or a text in which there is something to see.",
    NOT_SPACES: "It is not spaces alone.",
    CURRENCY: "It is a currency's code in small letters: usd.",
    COUNTRY: "It is a country's code in capital letters: US.",
    LANGUAGE: "It is a language's code, with a country's if need be: de or de-CH.",
    PHONE: "It is a telephone number with its country: +4930123456.",
    CATEGORY: "It is the id of a category: GET /categories lists them.",
}
OTHER_FORM = "It has not the form that the API's description says."
OTHERWISE = "It is not what the API's description says."
BOUNDS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


def in_words(message: str) -> str:
    """A sentence of msgspec's in ours; what is not its own is left as it is."""
    for pattern, say in _SAYINGS:
        found = pattern.fullmatch(message)
        if found:
            return say(found)
    return message


def _kinds(found: re.Match[str]) -> str:
    wanted, given = ([KINDS.get(name) for name in group.split(" | ")] for group in found.groups())
    if None in wanted or None in given:
        return OTHERWISE
    return f"This is {' or '.join(map(str, given))}; it has to be {' or '.join(map(str, wanted))}."


def _length(found: re.Match[str]) -> str:
    kind, bound, count = found.groups()
    if (bound, count) == (">=", "1"):
        return "It is not empty."
    if kind == "str":
        return f"It has {BOUNDS[bound]} {count} characters."
    return f"There are {BOUNDS[bound]} {count} of them."


def _form(found: re.Match[str]) -> str:
    # The pattern stands there as Python writes it.
    return next((words for form, words in FORMS.items() if repr(form) == found[1]), OTHER_FORM)


def _saying(pattern: str, say: str | Callable[[re.Match[str]], str]) -> tuple[re.Pattern[str], Callable[..., str]]:
    return re.compile(pattern, re.DOTALL), (lambda _: say) if isinstance(say, str) else say


_SAYINGS = (
    _saying(r"Object missing required field `.*`", "This is missing."),
    _saying(r"Missing required .*", "This is missing."),
    _saying(r"Object contains unknown field `.*`", "There is no such field."),
    _saying(r"Expected `(\w+)(?: \| null)?` of length (>=|<=) (\d+)", _length),
    _saying(
        r"Expected `(?:int|float)(?: \| null)?` (>=|<=|>|<) (\S+)",
        lambda f: f"It is {BOUNDS[f[1]]} {f[2].removesuffix('.0')}.",
    ),
    _saying(r"Expected `str(?: \| null)?` matching regex (.*)", _form),
    _saying(
        r"Expected `datetime(?: \| null)?` with a timezone component", "A time needs its zone: 2027-03-01T09:00:00Z."
    ),
    _saying(r"Invalid RFC3339 encoded datetime", "A time is written like this: 2027-03-01T09:00:00Z."),
    _saying(r"Invalid RFC3339 encoded date", "A day is written like this: 2027-03-01."),
    _saying(r"Invalid enum value .*", "It is none of the values that there are."),
    _saying(r"Expected `([^`]*)`, got `([^`]*)`", _kinds),
    _saying(r"(Expected|Invalid|Integer|Number|Object) .*", OTHERWISE),
)
