"""What is wrong with a field, in words for people: no types, no patterns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest

from web.bodies import CurrencyCode
from web.texts import City, LongText, Name, Password, Text, Words
from web.wording import in_words

Few = Annotated[list[str], msgspec.Meta(max_length=2)]
Amount = Annotated[int, msgspec.Meta(ge=1, le=9)]
Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
Code = Annotated[str, msgspec.Meta(pattern="^[a-z]{3}$")]


class Body(msgspec.Struct, forbid_unknown_fields=True):
    name: str


CASES: tuple[tuple[Any, str, str], ...] = (
    (Body, "{}", "This is missing."),
    (Body, '{"name": "x", "nme": 1}', "There is no such field."),
    (Body, "[]", "This is a list; it has to be an object."),
    (str, "1", "This is a whole number; it has to be text."),
    (int, "1.5", "This is a number; it has to be a whole number."),
    (int | None, '"x"', "This is text; it has to be a whole number or null."),
    (float, "true", "This is true or false; it has to be a number."),
    (list[str], "{}", "This is an object; it has to be a list."),
    (str, "null", "This is null; it has to be text."),
    (datetime, "1", "This is a whole number; it has to be a time."),
    (Amount, "0", "It is at least 1."),
    (Amount, "10", "It is at most 9."),
    (Share, "0", "It is more than 0."),
    (Share, "1", "It is less than 1."),
    (Amount, "1" + "0" * 30, "It is at most 9."),
    (Text, '""', "It is not empty."),
    (Password, '"short"', "It has at least 10 characters."),
    (Text, f'"{"x" * 201}"', "It has at most 200 characters."),
    (Few, '["a", "b", "c"]', "There are at most 2 of them."),
    (Text, '"a\\nb"', "It is one line of text, in which there is something to see."),
    (City, '" "', "It is one line of text, in which there is something to see."),
    (
        Name,
        '"\\u202ebob"',
        "It is one line of text, in which there is something to see and nothing turns its direction.",
    ),
    (Words, '" "', "It is a text in which there is something to see."),
    (LongText, '" "', "It is empty, or a text in which there is something to see."),
    (Password, '"           "', "It is not spaces alone."),
    (CurrencyCode, '"USD"', "It is a currency's code in small letters: usd."),
    (Code, '"USD"', "It has not the form that the API's description says."),
    (Literal["a", "b"], '"c"', "It is none of the values that there are."),
    (datetime, '"tomorrow"', "A time is written like this: 2027-03-01T09:00:00Z."),
    (
        Annotated[datetime, msgspec.Meta(tz=True)],
        '"2027-03-01T09:00:00"',
        "A time needs its zone: 2027-03-01T09:00:00Z.",
    ),
    (date, '"2027-13-01"', "A day is written like this: 2027-03-01."),
)


@pytest.mark.parametrize(("kind", "given", "words"), CASES)
def test_each_way_of_being_wrong_has_words(kind: Any, given: str, words: str) -> None:
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode(given, type=kind)
    assert in_words(str(wrong.value).partition(" - at `")[0]) == words


def test_what_is_not_foreseen_shows_no_types() -> None:
    assert in_words("Expected `FancyType`, got `weird`") == "It is not what the API's description says."
    assert in_words("Say what is to change.") == "Say what is to change."
