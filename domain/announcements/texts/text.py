"""The words of one kind in one language."""

from __future__ import annotations

import msgspec

from domain.announcements.facts import Facts


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """``title`` is the same whatever happened; ``body`` and ``subject`` name fields of the facts in braces."""

    title: str
    body: str
    subject: str = ""
    """Of the e-mail; empty for what is told under the bell only."""
    action: str
    """What the link says."""

    def body_of(self, facts: Facts) -> str:
        return self.body.format_map(msgspec.structs.asdict(facts))

    def subject_of(self, facts: Facts) -> str:
        return self.subject.format_map(msgspec.structs.asdict(facts))


class Phrases(msgspec.Struct, frozen=True, kw_only=True):
    """What every e-mail of a language says around its text."""

    greeting: str
    greeting_without_name: str
    link_hint: str
    footer: str
