"""The report's own words in one language, and how they are joined with sentences of another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from wayside.assessment.assessment import Counted
from wayside.assessment.seeing import hidden_of, unexplained
from wayside.language.phrases import Phrases, phrases
from wayside.model.observations import SceneCount
from wayside.model.visibility import Obstruction
from wayside.report.document import Line, Span, SpanKind

__all__ = ["Words", "words_of"]

_PRINTED = 0.005
_ENGLISH = "en"
_FORMAT_WORDS = (
    "contents", "skip", "summary", "show-outlines", "key", "page", "at-a-glance", "strip", "graphic", "by-analyst",
)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """Says what a report says of its own accord.

    Attributes:
        language: ISO 639-1 code of the report.
        phrases: its sentences.
    """

    language: str
    phrases: Phrases = field(repr=False)

    def say(self, key: str, **values: object) -> str:
        """Return a sentence; see ``Phrases.say``."""
        return self.phrases.say(key, **values)

    def name_of(self, kind: str, value: str) -> str:
        """Return how a member of a family of words is called ("type", "gondola"); as it is where the table has none."""
        key = f"{kind}.{value}"
        return self.phrases.say(key) if self.phrases.has(key) else value

    def noun(self, counted: Counted) -> str:
        """Return what is counted, in the plural, as it stands behind a number that is not one."""
        return self.say(f"counted.{counted.value}")

    def number(self, value: float, form: str) -> str:
        """Return a number in the form ".2f", with the language's decimal mark."""
        return self.phrases.writer.write(value, form)

    def hidden(self, result: SceneCount) -> str:
        """Return what hid a scene's track: "34 % cloud, 26 % haze or thin cloud"; empty where all of it was seen."""
        shares = [(self.hides(what), share) for what, share in hidden_of(result).items()]
        shares.append((self.say("hides.unexplained"), unexplained(result)))
        return ", ".join(self.say("hides.share", share=share, what=what) for what, share in shares if share >= _PRINTED)

    def hides(self, what: Obstruction) -> str:
        """Return how something that hides track is called."""
        return self.name_of("hides", what.value)

    def quoted(self, text: str, language: str = _ENGLISH, kind: SpanKind = SpanKind.PLAIN) -> Span:
        """Return a sentence that was made elsewhere, marked with its language where it is not the report's."""
        return Span(text, kind, language="" if language == self.language else language)

    def drawn(self, drawn: bool) -> Line:
        """Return the word that stands before everything of a drawn scene; empty for a real one."""
        return (Span(self.say("drawn.word"), SpanKind.DRAWN), Span(" ")) if drawn else ()

    def table(self) -> Mapping[str, str]:
        """Return the few words that a format needs, by name."""
        return {name: self.say(f"format.{name}") for name in _FORMAT_WORDS}


@cache
def words_of(language: str = _ENGLISH) -> Words:
    """Return the words of a language.

    Raises:
        ValueRefusedError: there is no table of the report in this language.
    """
    return Words(language, phrases("report", language))
