"""Divide a text into search terms: without case, accents and punctuation, in every script, with prefixes of words.

This module divides and folds the text, and the databases only compare whole terms, so both find the same.  To keep the
terms of a search few, the index also has the parts of each word as terms:

- Scripts with spaces between words: each prefix of three letters or more, so that ``drip`` finds ``dripping``.
- Scripts without spaces (Chinese, Japanese, Thai, Khmer …): each letter and each pair of neighbours, so that a search
  finds any part of a run.  A search asks for all pairs of its run.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

LONGEST = 20
"""The letters of a word that count; a search finds a longer word by its first 20 letters."""
SHORTEST = 3
"""The letters of the shortest prefix that finds a word; without a minimum, a third of all prefixes would be shorter."""
_WITHOUT_SPACES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19FF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x2E80, 0xA4CF),  # Chinese, Japanese, Yi
    (0xA980, 0xA9FF),  # Javanese, Myanmar
    (0xAA60, 0xAADF),  # Myanmar, Tai Viet
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_VARIANTS = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
"""Marks that choose how the character before them looks."""


_ASCII_WORD = re.compile("[a-z0-9]+")


class _Piece(NamedTuple):
    """A piece of a text.  ``kind`` is ``word``, ``run`` (of a script without spaces) or ``sign`` (an emoji, say)."""

    kind: str
    text: str


def terms_in(text: str) -> list[str]:
    """Return each term that finds the text, once: words, their prefixes, letters and pairs of runs, signs."""
    return list(dict.fromkeys(term for piece in _pieces(text) for term in _indexed(piece)))


def terms_for(text: str) -> list[str]:
    """Return the terms that another text must have to match this search, once each."""
    return list(dict.fromkeys(term for piece in _pieces(text) for term in _asked(piece)))


def key(text: str) -> str:
    """Return a short text as one term, at most 100 characters; spellings that differ in case or accents are equal."""
    return "_".join(piece.text for piece in _pieces(text))[:100]


def _indexed(piece: _Piece) -> list[str]:
    text = piece.text
    if piece.kind == "word":
        return [text, *[text[:end] for end in range(SHORTEST, len(text))]]
    return [*text, *_pairs(text)] if piece.kind == "run" else [text]


def _asked(piece: _Piece) -> list[str]:
    return _pairs(piece.text) if piece.kind == "run" and len(piece.text) > 1 else [piece.text]


def _pairs(run: str) -> list[str]:
    return [f"{first}{second}" for first, second in pairwise(run)]


def _pieces(text: str) -> Iterator[_Piece]:
    """Yield the pieces of a text.

    Compatibility forms are decomposed twice, because case folding composes some again.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    if folded.isascii():  # as most texts are; a regular expression is faster than a loop over letters
        yield from (_Piece("word", word[:LONGEST]) for word in _ASCII_WORD.findall(folded))
        return
    for kind, letters in groupby((c for c in folded if not unicodedata.combining(c)), _kind):
        if kind == "sign":
            yield from (_Piece(kind, letter) for letter in letters)
        elif kind:
            piece = "".join(letters)
            yield _Piece(kind, piece if kind == "run" else piece[:LONGEST])


@lru_cache(2_000)
def _kind(character: str) -> str:
    """Return the kind of piece that a character belongs to, or an empty string for one that separates words.

    Marks that still occur here are vowels (of Hindi, Thai, Khmer …), because ``_pieces`` has removed combining accents.
    """
    if character.isascii():
        return "word" if character.isalnum() else ""
    category, code = unicodedata.category(character), ord(character)
    if category == "So":
        return "sign"  # an emoji is a piece of its own
    if not (character.isalnum() or category in ("Mn", "Mc")) or _within(code, _VARIANTS):
        return ""
    return "run" if _within(code, _WITHOUT_SPACES) else "word"


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)
