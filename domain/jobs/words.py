"""Words as they are searched for: without case, accents and punctuation, in every script.

The same on both databases, because we part and fold the text ourselves; the databases only compare.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby

LONGEST = 40
"""Characters of a word that count; what is longer is found by its beginning."""
_WITHOUT_SPACES = ((0x2E80, 0xA4CF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
"""Scripts that set no spaces between words: each of their characters is a word."""


def words(text: str) -> list[str]:
    """Each word once, in order; ``words("Ein Gerät, ein gerat") == ["ein", "gerat"]``."""
    return list(dict.fromkeys(_all_words(text)))


def key(text: str) -> str:
    """The whole of a short text as one word: equal for what people take for equal."""
    return "_".join(_all_words(text))[:100]


def _all_words(text: str) -> Iterator[str]:
    """Compatibility forms are decomposed twice, because folding the case composes some anew."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    for kind, run in groupby((c for c in folded if not unicodedata.combining(c)), _kind):
        if kind == "word":
            yield "".join(run)[:LONGEST]
        elif kind:
            yield from run


def _kind(character: str) -> str:
    """Empty between words; otherwise what makes a word together with its like."""
    if character.isascii():
        return "word" if character.isalnum() else ""
    code = ord(character)
    if any(first <= code <= last for first, last in _WITHOUT_SPACES) or unicodedata.category(character) == "So":
        return "sign"  # an emoji, too, is a word by itself
    return "word" if character.isalnum() else ""
