"""A sentence made ready for the frames: what each token can be, and where names stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.apposed import with_elisions
from wayside.coverage.attribution.known import known
from wayside.coverage.words.names import names_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.coverage.attribution.grammar import Grammar
    from wayside.coverage.words.tokens import Token

__all__ = ["View", "Words", "view_of"]

_LONG = 7  # letters; "lists" and "exists" name nobody
_VERB_WITHIN = 8
OPENING = frozenset("“«„‘‹「『")
CLOSING = frozenset("”»’›」』")
QUOTES = OPENING | CLOSING | frozenset("\"'")
DASHES = frozenset("—–-")


@dataclass(frozen=True, slots=True)
class View:
    """A sentence as the frames read it.

    Attributes:
        tokens: of the sentence.
        lowers: their lower-case forms.
        bits: what each can be, from the grammar; 0 for a word that the tables do not know and inside names.
        names: first token of a name to the token after it.
        grammar: of the language.
        language: ISO 639-1.
    """

    tokens: Sequence[Token]
    lowers: tuple[str, ...]
    bits: tuple[int, ...]
    names: Mapping[int, int]
    grammar: Grammar
    language: str

    def lower(self, index: int) -> str:
        """Return a token in lower case; "" outside."""
        return self.lowers[index] if 0 <= index < len(self.lowers) else ""

    def has(self, index: int, bits: int) -> bool:
        """Return whether a token can be one of what the bits say."""
        return 0 <= index < len(self.bits) and bool(self.bits[index] & bits)

    def inside_name(self, index: int) -> bool:
        """Return whether a token stands in a name, behind its first word."""
        return any(first < index < stop for first, stop in self.names.items())

    def has_body(self, word: str) -> bool:
        """Return whether a word names a body ("ministry")."""
        return bool(self.grammar.bits.get(word, 0) & g.BODY)

    def matches(self, index: int, words: Sequence[str]) -> bool:
        """Return whether the tokens from here on are these words."""
        if words and self.lower(index) != words[0]:
            return False
        return self.lowers[index : index + len(words)] == tuple(words)


@dataclass(frozen=True, slots=True)
class Words:
    """How a document writes its words.

    Attributes:
        small: words that it also writes in small letters.
        proper: words that it writes in capitals inside a sentence, in lower case.
        places: those of them that stand behind "in", "at", "near" …
    """

    small: frozenset[str]
    proper: frozenset[str]
    places: frozenset[str] = frozenset()


def _is_name(lowers: tuple[str, ...], bits: Sequence[int], first: int, words: Words) -> bool:
    """Tell whether a single word in capitals at the beginning of a sentence is a name."""
    word = lowers[first]
    if word in words.small or bits[first] & (g.NOUN | g.COMMON | g.VERB):
        return False
    behind = bits[first + 1 : first + 3]
    if behind and behind[0] & g.OF and lowers[first + 2 : first + 3] and lowers[first + 2][0].isdigit():
        return False
    if _shows(bits, first):
        # "Karsk saw a record of 42": a place sees nothing.
        return word.removesuffix("'s") in words.proper - words.places or known(word) is not None
    noun = bool(behind and behind[0] & g.NOUN)
    if noun and (not behind[0] & g.VERB or (len(behind) > 1 and bool(behind[1] & (g.VERB | g.BE | g.HAVE)))):
        return word.removesuffix("'s") in words.proper or known(word) is not None
    return True


def _shows(bits: Sequence[int], first: int) -> bool:
    """Tell whether the first verb behind a word may be a thing's ("Views of the port reveal") and not a speaker's."""
    verb = next((one for one in bits[first + 1 : first + _VERB_WITHIN] if one & (g.VERB | g.HAVE | g.BE)), 0)
    return bool(verb & g.SHOWING) or (verb != 0 and not verb & g.SAY)


def _looked_up(lowers: tuple[str, ...], grammar: Grammar) -> list[int]:
    """Return what each word can be; one that the tables do not know, by its ending."""
    look_up = grammar.bits.get
    found = [look_up(word, 0) for word in lowers]
    if grammar.voice_suffixes:
        for index, word in enumerate(lowers):
            if not found[index] and len(word) > _LONG and word.endswith(grammar.voice_suffixes):
                found[index] = g.VOICE | g.COLLECTIVE if word.endswith("s") else g.VOICE
    return found


def _drop_compounds(lowers: tuple[str, ...], found: list[int], grammar: Grammar) -> None:
    """Take what a word can be from the first word of a compound noun, with a hyphen or without."""
    for index, word in enumerate(lowers):
        if word in grammar.compound_firsts:
            second = lowers[index + 1 : index + 2]
            hyphen = second == ("-",) and (word, *lowers[index + 2 : index + 3]) in grammar.compounds
            if hyphen or (word, *second) in grammar.compounds:
                found[index] = 0


def view_of(tokens: Sequence[Token], grammar: Grammar, language: str, words: Words) -> View:
    """Return a sentence as the frames read it.

    Args:
        tokens: of the sentence.
        grammar: of the language.
        language: ISO 639-1.
        words: what the document writes in small letters and in capitals, by which a first word is told to be a name.
    """
    lowers = tuple([token.lower for token in tokens])
    found = _looked_up(lowers, grammar)
    names = {}
    for first, stop, _ in names_in(tokens, language):
        alone = stop == first + 1 and (first == 0 or tokens[first - 1].text in QUOTES or tokens[first - 1].text == ":")
        if alone and not _is_name(lowers, found, first, words):
            continue
        names[first] = stop
    if grammar.elisions:
        with_elisions(tokens, names, grammar.elisions)
        for index, word in enumerate(lowers):
            if not found[index] and "'" in word:
                found[index] = grammar.bits.get(word.rpartition("'")[2], 0) & g.NOUN
    _drop_compounds(lowers, found, grammar)
    for first, stop in names.items():
        for index in range(first, stop):
            found[index] &= g.PLATFORM | g.DEMONYM
    return View(tokens, lowers, tuple(found), names, grammar, language)
