"""What people write shows something, and may be in any script."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from tests.unseen import UNSEEN
from web.texts import City, LongText, Name, Password, Text, Words

KINDS: dict[str, Any] = {"title": Text, "long": LongText, "words": Words, "name": Name, "city": City}
SEEN = (
    "x",
    "臺北",
    "ירושלים",
    "👩\u200d🔧",
    "Z͑ͫa̴",
    "한글",
    "\u200dक्ष",
    " x ",
    "ا",
    "❤\ufe0f",
    "\U0001f3f4\U000e0067\U000e007f",
)


def is_taken(kind: Any, text: str) -> bool:
    try:
        return bool(msgspec.json.decode(msgspec.json.encode(text), type=kind) == text)
    except msgspec.ValidationError:
        return False


@pytest.mark.parametrize("kind", KINDS)
def test_something_is_seen(kind: str) -> None:
    assert [text for text in UNSEEN if is_taken(KINDS[kind], text)] == []
    assert [text for text in SEEN if not is_taken(KINDS[kind], text)] == []


def test_a_description_may_be_left_out_and_have_lines() -> None:
    assert is_taken(LongText, "")
    for kind in (LongText, Words):
        assert is_taken(kind, "\n\n It drips.\n\tA lot.\n")
        assert not is_taken(kind, "\n")
        assert not is_taken(kind, "a\x00b")
    for kind in (Text, Name):
        assert not is_taken(kind, "a\nb")
        assert not is_taken(kind, "a\n")


def test_a_name_turns_nothing_round() -> None:
    for text in ("\u202ebob", "bob\u2066", "bob\u2028", "bob\x85"):
        assert not is_taken(Name, text)
        assert is_taken(Text, text)


def test_a_password_is_not_spaces_alone() -> None:
    assert not is_taken(Password, " " * 10)
    assert not is_taken(Password, "\t\u3000" * 5)
    assert is_taken(Password, " " * 9 + "x")
    assert not is_taken(Password, "too short")


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_takes_long_to_refuse(kind: str) -> None:
    """Matching does not go over it again and again."""
    longest = 30_000
    for text in (" " * longest, "x" * longest + "\x00", " x" * (longest // 2) + "\x00", "\u200b" * longest + "\x00"):
        begun = time.perf_counter()
        is_taken(KINDS[kind], text)
        assert time.perf_counter() - begun < 5, "quadratic matching takes a minute"
