"""The nouns that are counted, from the tables: plurals, groups of things, words that count nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.tables import languages, table
from wayside.coverage.words.tries import Phrases, phrases_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Nouns", "is_known", "is_plural", "nouns", "on_rails", "singular", "stands", "thing_of"]

_ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class Nouns:
    """The table ``counted`` of one language; the head of ``tables/en/counted.toml`` says what each part is."""

    plural: str
    longest: int
    irregular: frozenset[str]
    singular: Mapping[str, str]
    attributive: frozenset[str]
    links: frozenset[str]
    numbering: frozenset[str]
    stop: frozenset[str]
    removable: frozenset[str]
    predicates: frozenset[str]
    be: frozenset[str]
    people: frozenset[str]
    persons: str | None
    not_counted: frozenset[str]
    definite: frozenset[str]
    forms: Phrases[str]
    lemmas: Mapping[str, str]
    counters: Mapping[str, str]
    counter_links: frozenset[str]
    modifiers_after: frozenset[str]
    particles: tuple[str, ...]
    genitive: tuple[str, ...]
    capital_nouns: bool
    flows: frozenset[str]
    kinds: Phrases[str]
    ordinals: frozenset[str]
    context: frozenset[str]
    modals: frozenset[str]


@cache
def nouns(language: str) -> Nouns:
    """Return the table of a language; one without a table counts the word behind a number."""
    rows = table("counted", language)
    things = rows.get("things", {})
    inflected = {form: lemma for lemma, forms in rows.get("forms", {}).items() for form in forms}
    groups = {word: group for group, words in things.items() for word in words}
    spelt = groups | {form: groups[lemma] for form, lemma in inflected.items() if lemma in groups}
    if rows.get("plural") == "s":
        spelt |= {_plural_of(word): group for word, group in groups.items()}
    kinds = {name: words for name, words in rows.get("kinds", {}).items() if name in {"capacity", "sum"}}
    return Nouns(
        plural=rows.get("plural", ""),
        longest=rows.get("longest", 4),
        irregular=frozenset(rows.get("irregular", ())),
        singular=dict(rows.get("singular", {})),
        attributive=frozenset(rows.get("attributive", ())),
        links=frozenset(rows.get("links", ())),
        numbering=frozenset(rows.get("numbering", ())),
        stop=frozenset(rows.get("stop", ())),
        removable=frozenset(rows.get("removable", ())),
        predicates=frozenset(rows.get("predicates", ())),
        be=frozenset(rows.get("be", ())),
        people=frozenset(rows.get("people", ())),
        persons=rows.get("persons"),
        not_counted=frozenset(rows.get("not_counted", ())),
        definite=frozenset(rows.get("definite", ())),
        forms=Phrases(spelt),
        lemmas=inflected,
        counters=dict(rows.get("counters", {})),
        counter_links=frozenset(rows.get("counter_links", ())),
        modifiers_after=frozenset(rows.get("modifiers_after", ())),
        particles=tuple(sorted(rows.get("particles", ()), key=len, reverse=True)),
        genitive=tuple(rows.get("genitive", ())),
        capital_nouns=rows.get("capital_nouns", False),
        flows=frozenset(rows.get("flows", {}).get("nouns", ())),
        kinds=phrases_of(kinds),
        ordinals=frozenset(rows.get("ordinals", {}).get("counted", ())),
        context=frozenset(rows.get("context", {}).get("modifiers", ())),
        modals=frozenset(rows.get("context", {}).get("modals", ())),
    )


@dataclass(frozen=True, slots=True)
class _Groups:
    """Of all languages together: group of a word, groups that stand somewhere, words of the railway."""

    of: Mapping[str, str]
    standing: frozenset[str]
    rail: frozenset[str]


@cache
def _groups() -> _Groups:
    of: dict[str, str] = {}
    standing: set[str] = set()
    rail: set[str] = set()
    for language in languages("counted"):
        rows = table("counted", language)
        words = {word: group for group, entries in rows.get("things", {}).items() for word in entries}
        of |= {word: group for word, group in words.items() if word not in of}
        for lemma, forms in rows.get("forms", {}).items():
            of |= {form: words[lemma] for form in forms if lemma in words and form not in of}
        of |= {word: group for word, group in rows.get("counters", {}).items() if word not in of}
        standing |= set(rows.get("standing", ()))
        rail |= set(rows.get("kinds", {}).get("rail", ()))
    return _Groups(of, frozenset(standing), frozenset(rail))


def _plural_of(phrase: str) -> str:
    if phrase.endswith(("s", "x", "ch", "sh")):
        return phrase + "es"
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        return phrase[:-1] + "ies"
    return phrase + "s"


def singular(word: str) -> str:
    """Return the singular of a lower-case English noun, by the table and else by its ending."""
    words = nouns(_ENGLISH)
    if word in words.singular:
        return words.singular[word]
    if word in words.irregular or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "buses", "zzes")):
        return word[:-2]
    return word.removesuffix("s")


def thing_of(counted: str | None, *, on_rails: bool = True) -> str | None:
    """Return the group of things that a counted thing belongs to ("freight wagon" -> "railcar").

    Args:
        counted: as in a claim.
        on_rails: the text speaks of a railway, so that a bare "car" is a railcar; else it is a vehicle.

    Returns:
        The group's name, or the last word where the tables know none.
    """
    if counted is None:
        return None
    groups = _groups()
    words = counted.split()
    if words[-1] == "car" and not (on_rails or groups.rail & set(words)):
        return "vehicle"
    if counted in groups.of:
        return groups.of[counted]
    return next((groups.of[word] for word in reversed(words) if word in groups.of), words[-1])


def stands(thing: str | None) -> bool:
    """Return whether things of a group stand somewhere, to be seen from above."""
    return thing in _groups().standing


def on_rails(words: Sequence[str]) -> bool:
    """Return whether one of the lower-case words tells that a text speaks of a railway."""
    return not _groups().rail.isdisjoint(words)


def is_plural(word: str, words: Nouns) -> bool:
    """Return whether a lower-case English word looks like a plural."""
    if word in words.irregular or word in words.singular:
        return True
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s"))


def is_known(word: str) -> bool:
    """Return whether a lower-case word is a thing of the tables, in any language."""
    return word in _groups().of
