"""How a language says who says something, read from its table ``speech.toml`` once.

Every word is looked up in one mapping to a set of bits, so that a sentence costs one look-up for each of its tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from wayside.coverage.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Carrying", "Grammar", "grammar"]

(
    SAY, JUDGE, OBSERVE, PUBLISH, CITE, CAPTURE, INVERTING, GUARDED, PARTICLE_VERB, PUTTING, ADDING,
    BE, HAVE, MODAL, NEGATION, ADVERB,
    BODY, OFFICE, VOICE, UNNAMED, COLLECTIVE, REPORT, NUMBERS, IMAGERY, CAPTION,
    DETERMINER, DEFINITE, POSSESSIVE, OWN, SELF, PRONOUN, DEMONYM, UNIQUE, UNIQUE_IN_FIELD,
    RELATIVE, CLAUSE, CLAUSE_BREAK, OPENER, SUBORDINATOR, BY, FROM, TOLD, TO, PARTICIPLE, CARRYING, SPEAKING,
    COMMON, PLATFORM, AND, AS, INDEFINITE, PARTICLE, OF_VERB, VAGUE,
    SPEECH_ONLY, LEAD, MANY, BELONGING, STAFF_OF, ARTICLE, OR, QUANTITY, OF, THAT, HERE, SHOWING,
) = (1 << bit for bit in range(66))  # fmt: skip

VERB: Final = SAY | JUDGE | OBSERVE | PUBLISH | CITE | CAPTURE
PERSON: Final = OFFICE | VOICE | UNNAMED
NOUN: Final = BODY | PERSON | COLLECTIVE | REPORT | NUMBERS | IMAGERY | CAPTION

_PLACES: Final = (
    (SAY, "verbs", "say"), (JUDGE, "verbs", "judge"), (OBSERVE, "verbs", "observe"), (PUBLISH, "verbs", "publish"),
    (SHOWING, "verbs", "showing"), (CITE, "verbs", "cite"),
    (CAPTURE, "verbs", "capture"), (INVERTING, "inversion", "verbs"),
    (GUARDED, "guarded", "verbs"), (PARTICLE_VERB, "guarded", "particle_verbs"), (PARTICLE, "guarded", "particles"),
    (PUTTING, "guarded", "putting"), (SPEECH_ONLY, "verbs", "speech_only"), (OF_VERB, "guarded", "of_verbs"),
    (BELONGING, "leads", "belonging"), (STAFF_OF, "leads", "staff_of"), (ARTICLE, "names", "articles"),
    (OR, "leads", "or"), (QUANTITY, "descriptions", "quantities"), (OF, "leads", "of"), (THAT, "leads", "that"),
    (HERE, "descriptions", "here"), (VAGUE, "unique", "vague"), (MANY, "unique", "many"), (ADDING, "guarded", "adding"),
    (BE, "auxiliaries", "be"), (HAVE, "auxiliaries", "have"), (MODAL, "auxiliaries", "modal"),
    (NEGATION, "auxiliaries", "negation"), (ADVERB, "adverbs", "words"),
    (OFFICE, "persons", "office"), (VOICE, "persons", "voice"), (UNNAMED, "persons", "unnamed"),
    (COLLECTIVE, "persons", "collective"), (REPORT, "documents", "report"), (NUMBERS, "documents", "numbers"),
    (IMAGERY, "documents", "imagery"), (CAPTION, "documents", "caption"),
    (DETERMINER, "descriptions", "determiners"), (DEFINITE, "descriptions", "definite"),
    (INDEFINITE, "descriptions", "indefinite"),
    (POSSESSIVE, "descriptions", "possessive"), (OWN, "descriptions", "own"), (SELF, "descriptions", "self"),
    (PRONOUN, "descriptions", "pronouns"), (DEMONYM, "descriptions", "demonyms"),
    (UNIQUE, "unique", "alone"), (UNIQUE_IN_FIELD, "unique", "with_field"),
    (RELATIVE, "leads", "relative"), (CLAUSE, "going_on", "clauses"), (CLAUSE_BREAK, "going_on", "clause_breaks"),
    (OPENER, "going_on", "openers"), (SUBORDINATOR, "going_on", "subordinators"),
    (BY, "leads", "by"), (FROM, "leads", "from"), (TOLD, "leads", "told"), (TO, "leads", "to"), (AS, "leads", "as"),
    (PARTICIPLE, "leads", "participles"), (CARRYING, "leads", "carrying"), (SPEAKING, "leads", "speaking"),
    (COMMON, "names", "common"), (COMMON, "names", "never"), (PLATFORM, "names", "platforms"), (AND, "names", "and"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carrying:
    """When a sentence without a source goes on with the last one: points and words.

    Attributes:
        points: by what speaks for it or against it.
        threshold: points at which a sentence goes on.
        threshold_standing: the same for claims of things that stand somewhere, as what was looked at does.
        reach_line: sentences, within a paragraph.
        reach_text: sentences, across paragraphs.
        words: by what they tell: "continue", "turn", "observed", "exists", "present".
        turns: phrases that turn to something else.
        continued: phrases at the beginning of a sentence that go on.
    """

    points: Mapping[str, int]
    threshold: int
    threshold_standing: int
    reach_line: int
    reach_text: int
    words: Mapping[str, frozenset[str]]
    turns: tuple[tuple[str, ...], ...]
    continued: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The frames of one language.

    Attributes:
        bits: every word of the tables, lower case, to what it can be.
        adverb_suffix: ending of adverbs, "" where the language has none.
        leads: first word of a phrase that leads to a source behind it to the rest of the phrase.
        name_leads: the same where only a name makes it a source.
        carried_in: the same for the body that carries somebody's words.
        after: what stands behind a source, as it is written ("에 따르면").
        kinds: noun of a body to the kinds that it can be.
        titles: words that stand before a person's name.
        title_suffixes: endings of words that stand before a person's name ("Epidemiologist").
        tails: words that a name may drop.
        anonymity: phrases that tell that a source asked not to be named.
        demonym_suffixes: endings of adjectives of countries.
        standing_leads: words before the name of a place where something stands.
        voice_suffixes: endings of nouns for persons who speak for a body.
        compounds: first and second words of nouns of two words whose first might be taken for a verb.
        compound_firsts: the first words of those.
        narrowing: prepositions that narrow unnamed persons by a place or body ("officials in Gaza").
        elisions: articles that are written together with a name ("l'").
        apposed: a name stands straight behind its noun ("el diario El Norte").
        narrowing_phrases: phrases that narrow an unnamed person ("familiar with").
        persons: pronouns that stand for persons only.
        things: pronouns that stand for bodies only.
        person_owners: possessive pronouns of persons ("his").
        thing_owners: possessive pronouns of bodies ("its").
        unnamed: adjectives of unnamed sources.
        putting_at: the word behind "put the number".
        carrying: when a report goes on.
    """

    bits: Mapping[str, int]
    adverb_suffix: str
    leads: Mapping[str, tuple[tuple[str, ...], ...]]
    name_leads: Mapping[str, tuple[tuple[str, ...], ...]]
    carried_in: Mapping[str, tuple[tuple[str, ...], ...]]
    after: tuple[str, ...]
    kinds: Mapping[str, frozenset[str]]
    titles: frozenset[str]
    title_suffixes: tuple[str, ...]
    tails: frozenset[str]
    anonymity: tuple[str, ...]
    narrowing: frozenset[str]
    narrowing_phrases: tuple[str, ...]
    elisions: tuple[str, ...]
    apposed: bool
    demonym_suffixes: tuple[str, ...]
    standing_leads: frozenset[str]
    voice_suffixes: tuple[str, ...]
    compounds: frozenset[tuple[str, str]]
    compound_firsts: frozenset[str]
    persons: frozenset[str]
    things: frozenset[str]
    person_owners: frozenset[str]
    thing_owners: frozenset[str]
    unnamed: frozenset[str]
    putting_at: frozenset[str]
    carrying: Carrying


@cache
def grammar(language: str = "en") -> Grammar:
    """Return the frames of a language; for one without a table, frames that match nothing."""
    read = table("speech", language)
    kinds = _kinds(_part(read, "bodies"))
    bits: dict[str, int] = dict.fromkeys(kinds, BODY)
    for bit, section, key in _PLACES:
        for word in str(_part(read, section).get(key, "")).split():
            bits[word] = bits.get(word, 0) | bit
    compounds = frozenset(_pair(one) for one in _part(read, "compounds").get("nouns", ()))
    leads = _part(read, "leads")
    for phrase in (*leads.get("before", ()), *leads.get("before_name", ()), *leads.get("carried_in", ())):
        word = phrase.split()[0]
        bits[word] = bits.get(word, 0) | LEAD
    return Grammar(
        bits=bits,
        adverb_suffix=str(_part(read, "adverbs").get("suffix", "")),
        leads=_phrases(leads.get("before", ())),
        name_leads=_phrases(leads.get("before_name", ())),
        carried_in=_phrases(leads.get("carried_in", ())),
        after=tuple(leads.get("after", ())),
        kinds=kinds,
        titles=_words(read, "persons", "titles"),
        title_suffixes=tuple(_part(read, "persons").get("title_suffixes", ())),
        tails=_words(read, "names", "tails"),
        anonymity=tuple(_part(read, "descriptions").get("anonymity", ())),
        apposed=bool(_part(read, "names").get("apposed", False)),
        elisions=tuple(str(_part(read, "names").get("elisions", "")).split()),
        narrowing_phrases=tuple(_part(read, "descriptions").get("narrowing_phrases", ())),
        narrowing=_words(read, "descriptions", "narrowing"),
        demonym_suffixes=tuple(_part(read, "descriptions").get("demonym_suffixes", ())),
        standing_leads=_words(read, "names", "standing_leads"),
        voice_suffixes=tuple(_part(read, "persons").get("voice_suffixes", ())),
        compounds=compounds,
        compound_firsts=frozenset(first for first, _ in compounds),
        persons=_words(read, "descriptions", "person_pronouns"),
        things=_words(read, "descriptions", "thing_pronouns"),
        person_owners=_words(read, "descriptions", "person_possessives"),
        thing_owners=_words(read, "descriptions", "thing_possessives"),
        unnamed=_words(read, "descriptions", "unnamed"),
        putting_at=_words(read, "guarded", "putting_at"),
        carrying=_carrying({**table("carrying"), **_part(read, "going_on")}),
    )


def _part(read: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    part: Mapping[str, Any] = read.get(section, {})
    return part


def _words(read: Mapping[str, Any], section: str, key: str) -> frozenset[str]:
    return frozenset(str(_part(read, section).get(key, "")).split())


def _pair(words: str) -> tuple[str, str]:
    first, second = words.split()
    return first, second


def _kinds(bodies: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for kind, words in bodies.items():
        for word in str(words).split():
            found.setdefault(word, set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


def _phrases(phrases: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return phrases by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        first, *rest = phrase.split()
        found.setdefault(first, []).append(tuple(rest))
    return {first: tuple(sorted(rests, key=len, reverse=True)) for first, rests in found.items()}


def _carrying(part: Mapping[str, Any]) -> Carrying:
    keys = ("imagery", "observed", "exists", "overlap", "most_overlap", "continues", "counts", "definite", "whose",
            "next", "farther", "turn", "actor", "present", "question")  # fmt: skip
    words = {"continue": "words_continue", "turn": "words_turn", "observed": "observed_verbs", "exists": "existence",
             "present": "present_verbs"}  # fmt: skip
    return Carrying(
        points={key: int(part.get(key, 0)) for key in keys},
        threshold=int(part.get("threshold", 3)),
        threshold_standing=int(part.get("threshold_standing", 2)),
        reach_line=int(part.get("reach_line", 5)),
        reach_text=int(part.get("reach_text", 3)),
        words={name: frozenset(str(part.get(key, "")).split()) for name, key in words.items()},
        turns=tuple(tuple(phrase.split()) for phrase in part.get("phrases_turn", ())),
        continued=tuple(tuple(phrase.split()) for phrase in part.get("phrases_continue", ())),
    )
