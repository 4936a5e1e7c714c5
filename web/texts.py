"""Patterns for the texts that people write; the API's description shows them.  A text must not be blank.

Each pattern is anchored, and matches or refuses any text in one pass.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

WHOLE = r"(?!\n)"
"""Follows a pattern's ``$``, which in Python also matches before a last line end; no effect in other languages."""

_CONTROLS = r"\x00-\x1f\x7f"
_BREAKS_AND_TURNS = r"\x80-\x9f\u2028-\u202e\u2066-\u2069"
"""Characters that may begin another line of a mail's head, or turn the direction of the text after them."""
_UNSEEN = (
    # Spaces, the soft hyphen, joiners and marks of direction, fillers of Hangul, the blank of Braille, and what
    # Unicode calls default ignorable: variation selectors, tags, formats of shorthand and of music.
    r" \xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u202f\u205f-\u2065\u206a-\u206f"
    r"\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)


def _seen(unseen: str, refused: str) -> str:
    """Return the pattern of a text without ``refused`` characters that has at least one visible character."""
    return f"^[{unseen}]*[^{unseen}{_UNSEEN}{_BREAKS_AND_TURNS}{refused}][^{refused}]*$"


LINE = _seen(_UNSEEN + _BREAKS_AND_TURNS, _CONTROLS) + WHOLE
"""One line of text, without control characters."""
NAME = _seen(_UNSEEN, _CONTROLS + _BREAKS_AND_TURNS) + WHOLE
WORDS = _seen(_UNSEEN + _BREAKS_AND_TURNS + r"\x01-\x1f\x7f", r"\x00") + WHOLE
"""Lines of text."""
WORDS_OR_NONE = f"^({WORDS.removeprefix('^').removesuffix(f'${WHOLE}')})?${WHOLE}"
NOT_SPACES = r"\S"
CURRENCY = f"^[a-z]{{3}}${WHOLE}"
COUNTRY = f"^[A-Z]{{2}}${WHOLE}"
LANGUAGE = f"^[a-z]{{2,3}}(-[A-Z]{{2}})?${WHOLE}"
PHONE = rf"^\+[1-9][0-9]{{6,14}}${WHOLE}"
CATEGORY = f"^[a-z][a-z_]{{1,39}}${WHOLE}"
METHOD = f"^[A-Za-z0-9_]{{1,80}}${WHOLE}"

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=LINE, examples=["Fix a tap"])]
LongText = Annotated[str, msgspec.Meta(max_length=10_000, pattern=WORDS_OR_NONE, examples=["It drips."])]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000, pattern=WORDS, examples=["At nine?"])]
"""A message: at most as long as a description, and not blank."""
City = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=LINE, examples=["Berlin"])]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=NAME, examples=["Alice"])]
Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254, pattern=LINE, examples=["alice@example.com"])]
Password = Annotated[
    str,
    # Spaces are as good as other characters, but spaces alone are a mistake.
    msgspec.Meta(
        min_length=10,
        max_length=200,
        pattern=NOT_SPACES,
        description="10 to 200 characters, not all of them spaces.",
        examples=["correct horse battery"],
    ),
]
