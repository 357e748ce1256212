"""The words for numbers of a language, from its table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from wayside.coverage.tables import ALL, languages, table
from wayside.coverage.words.tries import Phrases

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NumberWords", "month_names", "number_words"]


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The table ``numbers`` of one language; the head of ``tables/en/numbers.toml`` says what each part is.

    Attributes:
        words: values of words and phrases.
        scales: factors of scale words.
        starts: words at which a number in words may begin.
    """

    decimal: str
    spaced_groups: bool
    joints: frozenset[str]
    big_scale: float
    scale_alone: frozenset[str]
    scale_after: frozenset[str]
    one: frozenset[str]
    half: Phrases[float]
    half_of_scale: Phrases[float]
    ordinal_endings: frozenset[str]
    words: Phrases[float]
    scales: Mapping[str, float]
    dozens: Mapping[str, float]
    rounded: frozenset[str]
    glued: Mapping[str, float]
    glued_money: Mapping[str, float]
    vague: Mapping[str, float]
    vague_scales: Mapping[str, float]
    of: frozenset[str]
    few: Phrases[tuple[float, float]]
    fractions: Mapping[str, float]
    ordinals: Mapping[str, float]
    counter_bounds: Mapping[str, float]
    months_capital: frozenset[str]
    date_links: frozenset[str]
    date_ranges: frozenset[str]
    ages: frozenset[str]
    after_names: frozenset[str]
    labels: frozenset[str]
    labels_plural: frozenset[str]
    abbreviations: frozenset[str]
    behind: Phrases[bool]
    glued_behind: frozenset[str]
    calibres: frozenset[str]
    no_numbers: Phrases[bool]
    games: frozenset[str]
    year_leads: frozenset[str]
    things: frozenset[str]
    starts: frozenset[str]


@cache
def number_words(language: str) -> NumberWords:
    """Return the words for numbers of a language; a language without a table has digits alone."""
    rows = table("numbers", language)
    words = Phrases(_spelt(rows))
    few = Phrases({phrase: (float(low), float(high)) for phrase, (low, high) in rows.get("few", {}).items()})
    no = rows.get("not", {})
    names = table("numbers", ALL)["not"]["phrases"]
    half = Phrases(dict.fromkeys(rows.get("half", ()), 0.5))
    half_of_scale = Phrases(dict.fromkeys(rows.get("half_of_scale", ()), 0.5))
    scale_alone = frozenset(rows.get("scale_alone", ()))
    one = frozenset(rows.get("one", ()))
    vague = _floats(rows, "vague")
    scales = _floats(rows, "scales")
    starts = words.starts | few.starts | half_of_scale.starts | scale_alone | one | frozenset(vague) | frozenset(scales)
    return NumberWords(
        decimal=rows.get("decimal", "."),
        spaced_groups=rows.get("spaced_groups", False),
        joints=frozenset(rows.get("joints", ())),
        big_scale=float(rows.get("big_scale", 1000)),
        scale_alone=scale_alone,
        scale_after=frozenset(rows.get("scale_after", ())),
        one=one,
        half=half,
        half_of_scale=half_of_scale,
        ordinal_endings=frozenset(rows.get("ordinal_endings", ())),
        words=words,
        scales=scales,
        dozens=_floats(rows, "dozens"),
        rounded=frozenset(rows.get("rounded", ())),
        glued=_floats(rows, "glued"),
        glued_money=_floats(rows, "glued_money"),
        vague=vague,
        vague_scales=_floats(rows, "vague_scales"),
        of=frozenset(rows.get("of", ("of",))),
        few=few,
        fractions=_floats(rows, "fractions"),
        ordinals=_floats(rows, "ordinals"),
        counter_bounds=_floats(rows, "counter_bounds"),
        months_capital=frozenset(rows.get("months_capital", ())),
        date_links=frozenset(rows.get("date_links", ())),
        date_ranges=frozenset((*rows.get("date_ranges", ()), "-", "–", "—")),
        ages=frozenset(no.get("ages", ())),
        after_names=frozenset(no.get("after_names", ())),
        labels=frozenset(no.get("labels", ())),
        labels_plural=frozenset(no.get("labels_plural", ())),
        abbreviations=frozenset(no.get("abbreviations", ())),
        behind=Phrases(dict.fromkeys(no.get("behind", ()), True)),
        glued_behind=frozenset((*no.get("glued", ()), *rows.get("ordinal_endings", ()))),
        calibres=frozenset(no.get("calibres", ("mm", "cm"))),
        no_numbers=Phrases(dict.fromkeys((*no.get("phrases", ()), *names), True)),
        games=frozenset(no.get("games", ())),
        year_leads=frozenset(no.get("year_leads", ())),
        things=_things(language),
        starts=starts,
    )


def _things(language: str) -> frozenset[str]:
    """Return the forms of what is counted most, by which a count of 2000 is told from a year."""
    rows = table("counted", language)
    words = {word for entries in rows.get("things", {}).values() for word in entries if " " not in word}
    if rows.get("plural") != "s":
        return frozenset(words | {form for forms in rows.get("forms", {}).values() for form in forms})
    plurals = {f"{word[:-1]}ies" if word.endswith("y") else f"{word}s" for word in words} | {
        f"{word}es" for word in words
    }
    return frozenset(plurals | set(rows.get("irregular", ())))


def _floats(rows: Mapping[str, Any], name: str) -> dict[str, float]:
    return {word: float(value) for word, value in rows.get(name, {}).items()}


def _spelt(rows: Mapping[str, Any]) -> dict[str, float]:
    """Return the words of a table, with those that the language writes as one ("dreiundsiebzig")."""
    words = _floats(rows, "words")
    joint = rows.get("compound")
    if joint is None:
        return words
    ones = {word: value for word, value in words.items() if 0 < value < 10}
    tens = {word: value for word, value in words.items() if 20 <= value < 100 and value % 10 == 0}
    below = words | {one + joint + ten: low + high for one, low in ones.items() for ten, high in tens.items()}
    hundred = rows.get("compound_hundred")
    if hundred is None:
        return below
    hundreds = {hundred: 100.0} | {one + hundred: 100 * value for one, value in ones.items()}
    return below | hundreds | {h + w: a + b for h, a in hundreds.items() for w, b in below.items() if 0 < b < 100}


@cache
def month_names() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the names of months of all languages, and the beginnings of inflected ones."""
    entries = [name for language in languages("numbers") for name in table("numbers", language).get("months", ())]
    whole = frozenset(name for name in entries if not name.endswith("*"))
    return whole, tuple(name[:-1] for name in entries if name.endswith("*"))
