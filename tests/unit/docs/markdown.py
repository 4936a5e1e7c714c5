"""What the tests of the documents read out of Markdown: blocks, links, headings, commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[3]
OTHERS = {".venv", ".handwork", ".git", "node_modules", ".pytest_cache", ".hypothesis"}

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"^(?:[A-Z_]+=\S+ +)*(\./handwork(?: .*)?)$")
_ENDS = {"|", "||", "&&", ";", ">", ">>"}


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: ``sh`` is run by the acceptance tests, ``text`` is only read."""

    language: str
    text: str


def documents() -> list[Path]:
    """Every Markdown file of the project."""
    return sorted(p for p in PROJECT.rglob("*.md") if not OTHERS & set(p.relative_to(PROJECT).parts))


def blocks(text: str) -> list[Block]:
    return [Block(language, body) for language, body in _FENCE.findall(text)]


def prose(text: str) -> str:
    """The text without its fenced blocks."""
    return _FENCE.sub("", text)


def section(text: str, heading: str) -> str:
    """From a heading to the next one of the same level or above; ``ValueError`` when it is not there."""
    level = heading.index(" ")
    begin = text.index(f"{heading}\n") + len(heading)
    # A comment of a shell block is no heading.
    bare = _FENCE.sub(lambda fence: " " * len(fence[0]), text)
    following = re.compile(rf"^#{{1,{level}}} ", re.MULTILINE).search(bare, begin)
    return text[begin : following.start()] if following else text[begin:]


def links(text: str) -> list[str]:
    return _LINK.findall(prose(text))


def codes(text: str) -> list[str]:
    """What stands in single backticks."""
    return _CODE.findall(prose(text))


def anchors(text: str) -> set[str]:
    """The fragments that a forge makes of the headings."""
    headings = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose(text)))
    return {heading.strip().replace(" ", "-") for heading in headings}


def commands(text: str) -> Iterator[list[str]]:
    """The arguments of each ``./handwork …``, in blocks and in the prose."""
    lines = [line for block in blocks(text) for line in block.text.splitlines()] + codes(text)
    for line in lines:
        # In a block of plain text an explanation follows after two spaces.
        found = _COMMAND.match(re.split(r"(?<=\S) {2,}(?![#|])", line.strip())[0])
        if found:
            words = shlex.split(found[1], comments=True)[1:]
            yield list(_until_end(words))


def _until_end(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if word in _ENDS:
            return
        yield word
