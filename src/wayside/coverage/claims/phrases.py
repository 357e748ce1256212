"""The words around an event's noun or verb: who, what, where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from wayside.coverage.words.tokens import Token

__all__ = ["Around", "EventWords"]

_LONGEST: Final = 7
_REACH: Final = 9
_DASHES: Final = frozenset("-–—")
_NEAR: Final = 6
_OWN_COMMA: Final = 3


@dataclass(frozen=True, slots=True)
class EventWords:
    """Words of a language by which phrases are read; each a set of lower-case words (see the table's comments)."""

    breaks: frozenset[str]
    negations: frozenset[str]
    cancelled: frozenset[str]
    sharing: frozenset[str]
    determiners: frozenset[str]
    articles: frozenset[str]
    owners: frozenset[str]
    links: frozenset[str]
    auxiliaries: frozenset[str]
    modifiers: frozenset[str]
    object_ends: frozenset[str]
    subject_breaks: frozenset[str]
    particles: frozenset[str]
    titles: frozenset[str]
    demonyms: frozenset[str]
    demonym_endings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """A sentence, read around one of its words.

    Attributes:
        text: the document's text.
        tokens: the sentence.
        times: tokens of its times; no phrase runs into one.
        words: the language's words.
    """

    text: str
    tokens: Sequence[Token]
    times: frozenset[int]
    words: EventWords

    def apart(self, cue: tuple[int, int], time: tuple[int, int]) -> bool:
        """Whether a clause ends between an event's word and a date.

        A date may stand before its clause ("On March 3, the bridge fell"; "last month, when he left"), and after a
        comma of its own.
        """
        if time[0] >= cue[1]:
            between = self.tokens[cue[1] : time[0]]
            comma = max((at for at, token in enumerate(between) if token.text == ","), default=len(between))
            return len(between) - comma > _OWN_COMMA or any(token.lower in self.words.breaks for token in between)
        first = time[1] + (1 if self._lower(time[1]) == "," else 0)
        first += 1 if self._lower(first) in self.words.sharing else 0
        return any(token.lower in self.words.breaks for token in self.tokens[first : cue[0]])

    def near(self, first: int, stop: int, wanted: AbstractSet[str], role: str) -> bool:
        """Whether one of some words stands after a verb, or before a passive one."""
        beside = self.tokens[max(0, first - _NEAR) : first] if role == "passive" else self.tokens[stop : stop + _NEAR]
        return any(token.lower in wanted for token in beside)

    # -------------------------------------------------------------- names

    def name_before(self, index: int) -> str | None:
        """Return the name straight before an event's noun, past its date and its modifiers."""
        at = self._past_modifiers(index)
        first = at
        while first > 0 and (self._named(first - 1) or self._joint(first - 1)) and at - first < _LONGEST:
            first -= 1
        return self._bare_name(first, at)

    def own_name(self, first: int, stop: int) -> str | None:
        """Return a noun with the name that follows it: "Typhoon Doksuri"."""
        after = self._name_from(stop) if stop < len(self.tokens) and self._named(stop) else None
        return f"{self._said(first, stop)} {after[0]}" if after and self.tokens[first].text[0].isupper() else None

    def owned(self, index: int) -> bool:
        """Whether the name before a noun has a possessive ending."""
        at = self._past_modifiers(index)
        return at > 0 and self.tokens[at - 1].lower.endswith("'s")

    def any_name_before(self, index: int) -> str | None:
        """Return the last name of the clause before a token."""
        at = index
        while at > 0 and not self._ends_clause(at - 1):
            if self._named(at - 1):
                first = self._name_start(at)
                return self._bare_name(first, at)
            at -= 1
        return None

    def name_after(self, index: int, prepositions: AbstractSet[str]) -> str | None:
        """Return the name after one of some prepositions; "" stands for none, the name then comes at once."""
        if "" in prepositions:
            got = self._name_from(index)
            if got is not None:
                return got[0]
        for at in range(index, min(len(self.tokens), index + _REACH)):
            if self._ends_clause(at):
                return None
            if self.tokens[at].lower in prepositions:
                got = self._name_from(at + 1)
                if got is not None:
                    return got[0]
        return None

    def both_after(self, index: int, prepositions: AbstractSet[str]) -> tuple[str, str] | None:
        """Return the two names of "between A and B"."""
        for at in range(index, min(len(self.tokens), index + _REACH)):
            if self._ends_clause(at):
                return None
            if self.tokens[at].lower in prepositions:
                one = self._name_from(at + 1)
                two = self._name_from(one[1] + 1) if one and self._lower(one[1]) == "and" else None
                return (one[0], two[0]) if one and two else None
        return None

    def both_before(self, index: int) -> tuple[str, str] | None:
        """Return the two names of "A and B met"."""
        at = self._past_auxiliaries(index)
        second = self._name_start(at)
        if second == at or second < 2 or self._lower(second - 1) != "and":
            return None
        first = self._name_start(second - 1)
        one, two = self._bare_name(first, second - 1), self._bare_name(second, at)
        return (one, two) if one and two else None

    def _name_start(self, stop: int) -> int:
        first = stop
        while first > 0 and (self._named(first - 1) or self._joint(first - 1)) and stop - first < _LONGEST:
            first -= 1
        return first

    def _name_from(self, index: int) -> tuple[str, int] | None:
        at = index
        while at < len(self.tokens) and at < index + 3 and self._skipped(at):
            at += 1
        stop = at
        while stop < len(self.tokens) and stop - at < _LONGEST and (self._named(stop) or self._joint(stop)):
            stop += 1
            if self.tokens[stop - 1].lower.endswith("'s"):
                break
        name = self._bare_name(at, stop)
        if name is None:
            return None
        # "Russia's Defence Minister Ana Kovac": the owner of a title is not the one who comes.
        further = self._name_from(stop) if self.tokens[stop - 1].lower.endswith("'s") else None
        return further or (name, stop)

    def _skipped(self, at: int) -> bool:
        word = self._lower(at)
        return word in self.words.determiners or word in self.words.titles

    def _bare_name(self, first: int, stop: int) -> str | None:
        """Return a name without titles, nationality and a possessive ending."""
        while first < stop and (
            self._lower(first) in self.words.titles or self._demonym(first, stop) or not self._named(first)
        ):
            first += 1
        if first >= stop or (stop - first == 1 and self._demonym(first, first + 2)):
            return None
        return self._said(first, stop).removesuffix("'s").removesuffix("’s")

    def _demonym(self, at: int, stop: int) -> bool:
        word = self._lower(at)
        return at + 1 < stop and (word in self.words.demonyms or word.endswith(self.words.demonym_endings))

    def _named(self, at: int) -> bool:
        token = self.tokens[at]
        if token.kind != "word" or not token.text[0].isupper() or self._timed(at):
            return False
        return at > 0 or (token.lower not in self.words.object_ends | self.words.determiners | self.words.breaks)

    def _joint(self, at: int) -> bool:
        """Tell the dash of "Varga–Olsen" and the particle of "Rio de Janeiro"."""
        if not 0 < at < len(self.tokens) - 1:
            return False
        before, token, after = self.tokens[at - 1], self.tokens[at], self.tokens[at + 1]
        if token.text in _DASHES:
            return (
                before.end == token.start
                and token.end == after.start
                and before.kind == "word"
                and after.kind == "word"
            )
        particle = token.lower in self.words.particles or (before.text in _DASHES and before.end == token.start)
        return particle and before.text[0].isupper() and after.text[0].isupper()

    # -------------------------------------------------------------- phrases

    def reach(self, first: int, stop: int) -> tuple[int, int]:
        """Return a verb's range with its subject and its object."""
        least, most = max(0, first - _LONGEST), min(len(self.tokens), stop + _LONGEST)
        while first > least and not self._ends_subject(first - 1):
            first -= 1
        while stop < most and not self._ends_object(stop):
            stop += 1
        return first, stop

    def subject(self, index: int, *, short: bool = False) -> str | None:
        """Return the phrase before a verb; where it should be short and has a name, the name."""
        stop = self._past_auxiliaries(index)
        first = stop
        while first > 0 and stop - first < _LONGEST and not self._ends_subject(first - 1):
            first -= 1
        if first == stop:
            return None
        common = first == 0 and (self.tokens[0].lower in self.words.determiners or self._plural_alone(stop))
        if short and not common:
            named = self._bare_name(self._name_start(stop), stop)
            if named:
                return named
        words = self._said(first, stop)
        return words[0].lower() + words[1:] if common else words

    def _plural_alone(self, stop: int) -> bool:
        """Take one capital word at the beginning for a name where it is no plural ("Troops")."""
        return stop == 1 and self.tokens[0].lower.endswith("s")

    def object(self, index: int) -> str | None:
        """Return the phrase after a verb."""
        stop = index
        while stop < len(self.tokens) and stop - index < _LONGEST and not self._ends_object(stop):
            stop += 1
        first = index
        while first < stop and self._lower(first) in self.words.owners:
            first += 1
        # "the images" is short as "images", but "the port of Veronia" keeps its article.
        whole = any(self._lower(at) in self.words.links for at in range(first, stop))
        if first < stop and self._lower(first) in self.words.articles and not whole:
            first += 1
        return self._said(first, stop) if stop > first else None

    def after(self, index: int, prepositions: AbstractSet[str]) -> str | None:
        """Return the phrase after one of some prepositions straight behind a noun; no date."""
        at = index
        while at < min(len(self.tokens), index + 4):
            if self._lower(at) in prepositions and at + 1 < len(self.tokens) and not self._timed(at + 1):
                stop = at + 1
                while stop < len(self.tokens) and stop - at <= _LONGEST and not self._ends_object(stop):
                    stop += 1
                return self._said(at + 1, stop) if stop > at + 1 else None
            if not self._timed(at) and self._lower(at) not in prepositions:
                return None
            at += 1
        return None

    def with_modifiers(self, first: int, stop: int) -> str:
        """Return a noun with what narrows it: "satellite launch"."""
        while first > 0 and self._lower(first - 1) in self.words.modifiers and not self._timed(first - 1):
            first -= 1
        words = self._said(first, stop)
        return words if words[:2].isupper() else words[0].lower() + words[1:]

    def _past_modifiers(self, index: int) -> int:
        at = index
        while at > 0 and (self._timed(at - 1) or self._lower(at - 1) in self.words.modifiers):
            at -= 1
        return at

    def _past_auxiliaries(self, index: int) -> int:
        at = index
        while at > 0 and self._lower(at - 1) in self.words.auxiliaries:
            at -= 1
        return at

    def _ends_subject(self, at: int) -> bool:
        token = self.tokens[at]
        return self._ends_clause(at) or token.lower in self.words.subject_breaks or self._timed(at)

    def _ends_object(self, at: int) -> bool:
        return self._ends_clause(at) or self._lower(at) in self.words.object_ends or self._timed(at)

    def _ends_clause(self, at: int) -> bool:
        token = self.tokens[at]
        if token.kind == "mark":
            return not (token.text in _DASHES and self._joint(at)) and token.text != "'"
        return token.lower in self.words.breaks

    def _timed(self, at: int) -> bool:
        return at in self.times

    def _lower(self, at: int) -> str:
        return self.tokens[at].lower if 0 <= at < len(self.tokens) else ""

    def _said(self, first: int, stop: int) -> str:
        return " ".join(self.text[self.tokens[first].start : self.tokens[stop - 1].end].split())
