"""The words of every kind, by language; a language that we do not write in is answered in English."""

from __future__ import annotations

from collections.abc import Mapping

from domain.announcements.texts import english
from domain.announcements.texts.text import Phrases, Text
from domain.notifications.kinds import Kind

TEXTS: Mapping[str, Mapping[Kind, Text]] = {"en": english.TEXTS}
PHRASES: Mapping[str, Phrases] = {"en": english.PHRASES}
FALLBACK = "en"


def written(language: str) -> str:
    """The language in which somebody who asks for ``language`` is written to: ``de-CH`` is ``de`` if we have it."""
    return next((found for found in (language, language.partition("-")[0]) if found in TEXTS), FALLBACK)


def text_of(kind: Kind, language: str) -> Text:
    return TEXTS[written(language)][kind]


def phrases_of(language: str) -> Phrases:
    return PHRASES[written(language)]
