"""What is wrong with a field, in words for people: no types, no patterns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest

from web.bodies import CurrencyCode
from web.texts import METHOD, City, LongText, Name, Password, Text, Words
from web.wording import FORMS, in_words

Few = Annotated[list[str], msgspec.Meta(max_length=2)]
Amount = Annotated[int, msgspec.Meta(ge=1, le=9)]
Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
Code = Annotated[str, msgspec.Meta(pattern="^[a-z]{3}$")]


class Body(msgspec.Struct, forbid_unknown_fields=True):
    name: str


CASES: tuple[tuple[Any, str, str], ...] = (
    (Body, "{}", "is missing"),
    (Body, '{"name": "x", "nme": 1}', "is not a field of this body"),
    (Body, "[]", "must be an object, not a list"),
    (str, "1", "must be text, not a whole number"),
    (int, "1.5", "must be a whole number, not a number"),
    (int | None, '"x"', "must be a whole number or null, not text"),
    (float, "true", "must be a number, not true or false"),
    (list[str], "{}", "must be a list, not an object"),
    (str, "null", "must be text, not null"),
    (datetime, "1", "must be a time, not a whole number"),
    (Amount, "0", "must be at least 1"),
    (Amount, "10", "must be at most 9"),
    (Share, "0", "must be more than 0"),
    (Share, "1", "must be less than 1"),
    (Amount, "1" + "0" * 30, "must be at most 9"),
    (float, "1e999", "is too large a number"),
    (int, "9" * 5_000, "is too large a number"),
    (
        Annotated[str, msgspec.Meta(pattern=METHOD)],
        '""',
        FORMS[METHOD],
    ),
    (Text, '""', "must not be empty"),
    (Password, '"short"', "must have at least 10 characters"),
    (Text, f'"{"x" * 201}"', "must have at most 200 characters"),
    (Few, '["a", "b", "c"]', "must have at most 2 items"),
    (Text, '"a\\nb"', "must be one line of text and must not be blank"),
    (City, '" "', "must be one line of text and must not be blank"),
    (
        Name,
        '"\\u202ebob"',
        "must be one line of text, must not be blank, and must not turn the direction of writing",
    ),
    (Words, '" "', "must not be blank"),
    (LongText, '" "', "must be empty or have visible characters"),
    (Password, '"           "', "must not be only spaces"),
    (CurrencyCode, '"USD"', "must be a currency code in lower case, such as usd"),
    (Code, '"USD"', "must have the form that the API's description names"),
    (Literal["a", "b"], '"c"', "must be one of the values that the API's description lists"),
    (datetime, '"tomorrow"', "must be a time such as 2027-03-01T09:00:00Z"),
    (
        Annotated[datetime, msgspec.Meta(tz=True)],
        '"2027-03-01T09:00:00"',
        "must have a time zone, as in 2027-03-01T09:00:00Z",
    ),
    (date, '"2027-13-01"', "must be a day such as 2027-03-01"),
)


@pytest.mark.parametrize(("kind", "given", "words"), CASES)
def test_each_way_of_being_wrong_has_words(kind: Any, given: str, words: str) -> None:
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode(given, type=kind)
    said = in_words(str(wrong.value).partition(" - at `")[0])
    assert said is not None
    assert said.must == words


def test_what_is_not_foreseen_shows_no_types() -> None:
    said = in_words("Expected `FancyType`, got `weird`")
    assert said is not None
    assert said.must == "must be what the API's description says"
    assert in_words("Say what is to change.") is None
