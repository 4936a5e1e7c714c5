"""The words of one kind in one language."""

from __future__ import annotations

import msgspec

from domain.announcements.facts import Facts


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """``title`` is the same whatever happened; ``body`` and ``subject`` name fields of the facts in braces."""

    title: str
    body: str
    subject: str = ""
    """The e-mail's subject; empty for a kind without e-mail."""
    action: str
    """The label of the link."""

    def body_of(self, facts: Facts) -> str:
        return self.body.format_map(msgspec.structs.asdict(facts))

    def subject_of(self, facts: Facts) -> str:
        return self.subject.format_map(msgspec.structs.asdict(facts))


class Phrases(msgspec.Struct, frozen=True, kw_only=True):
    """The phrases around the text of every e-mail in a language."""

    greeting: str
    greeting_without_name: str
    link_hint: str
    footer: str
