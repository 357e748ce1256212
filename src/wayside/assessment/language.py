"""Likelihood in words: the table of ICD 203 as data, and the conventions that the table leaves open.

The table (Intelligence Community Directive 203, *Analytic Standards*, 2015) has seven bands, each with two rows of
words. wayside uses the first row throughout and never mixes rows. What the directive leaves open is settled here:

- **The word follows the number that is printed.** A probability is rounded to whole percent first (halves up:
  0.505 becomes 51), so that two judgements printed with one number never carry two words.
- **A shared edge belongs to the band nearer to even chance.** 95 % is "very likely", 5 % is "very unlikely",
  55 % and 45 % are a "roughly even chance": a word never claims more than its number.
- **Beyond 1 and 99 %** the table names nothing. The outermost words stay, and the number is printed as
  "less than 1 %" or "more than 99 %": no computation here is sure enough for "certain" or "impossible".

The words themselves are the tables ``likelihood`` of each language. A judgement's ``words`` are always the English
term, as that is the directive's; sentences use those of their own language.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from wayside.language.phrases import phrases
from wayside.language.writing import read_table
from wayside.model.checks import require
from wayside.model.judgements import Basis, Judgement
from wayside.model.wording import percent_of

__all__ = [
    "LIKELIHOOD_TERMS",
    "LikelihoodTerm",
    "band_words",
    "likelihood_terms",
    "likelihood_words",
    "origin_of_probability",
    "printed",
    "say_likely_that",
    "sentence_of",
]


@dataclass(frozen=True, slots=True)
class LikelihoodTerm:
    """One band of the table.

    Attributes:
        words: the English term of the first row, the one that is used.
        synonym: the term of the second row in the language, which is never used.
        low_pct: lower end of the band, whole percent, 1 to 95.
        high_pct: upper end of the band, whole percent, 5 to 99.
        opening: how a sentence of the language begins that gives this likelihood to the clause after it.
        local: the term in the language; ``words`` in English.
    """

    words: str
    synonym: str
    low_pct: int
    high_pct: int
    opening: str
    local: str

    def __post_init__(self) -> None:
        require(0 < self.low_pct < self.high_pct < 100, f"a band runs upwards within 1 to 99 %, not {self.low_pct}")


@cache
def likelihood_terms(language: str = "en") -> tuple[LikelihoodTerm, ...]:
    """Return the seven bands, from least to most likely."""
    english, local = read_table("likelihood", "en"), read_table("likelihood", language)
    return tuple(
        LikelihoodTerm(
            words=str(band["words"]),
            synonym=str(local[name]["synonym"]),
            low_pct=int(band["low"]),
            high_pct=int(band["high"]),
            opening=str(local[name]["opening"]),
            local=str(local[name]["words"]),
        )
        for name, band in english.items()
        if isinstance(band, dict)
    )


LIKELIHOOD_TERMS: tuple[LikelihoodTerm, ...] = likelihood_terms("en")
"""The seven bands in English, from least to most likely."""


def likelihood_words(p: float, language: str = "en") -> LikelihoodTerm:
    """Return the term for a probability (0 to 1) by the conventions at the head of this module."""
    percent = percent_of(p)
    terms = likelihood_terms(language)
    for term in terms[:3]:
        if percent < term.high_pct:
            return term
    for term in terms[3:]:
        if percent <= term.high_pct:
            return term
    return terms[-1]


def band_words(low_pct: int, high_pct: int, language: str = "en") -> LikelihoodTerm:
    """Return the term for a stretch of probabilities, never a stronger one than any of them deserves.

    A whole band of the table has that band's term. Any other stretch has that of its end nearest to even chance, and
    even chance itself where it lies on both sides of it: 95 to 97 % is "very likely", as 95 % is.

    Args:
        low_pct: lower end, whole percent, 1 to 99.
        high_pct: upper end, whole percent, ``low_pct`` to 99.
        language: of the opening.
    """
    for term in likelihood_terms(language):
        if (low_pct, high_pct) == (term.low_pct, term.high_pct):
            return term
    return likelihood_words(nearest_to_even(low_pct, high_pct) / 100, language)


def nearest_to_even(low_pct: int, high_pct: int) -> int:
    """Return the whole percent between both ends, included, that is nearest to 50."""
    return min(max(50, low_pct), high_pct)


def say_likely_that(p: float, clause: str, language: str = "en") -> str:
    """Return a full sentence: the likelihood in words, the clause, and the number behind the words."""
    opening = likelihood_words(p, language).opening
    return phrases("likelihood", language).say("sentence", opening=opening, clause=clause, p=p)


def sentence_of(judged: Judgement, language: str = "en") -> str:
    """Return a judgement as one full sentence; an analyst's begins with the analyst's name and day."""
    table = phrases("likelihood", language)
    if judged.band_pct is None:
        sentence = say_likely_that(judged.probability, judged.statement, language)
    else:
        low, high = judged.band_pct
        opening = band_words(low, high, language).opening
        sentence = table.say("band_sentence", opening=opening, clause=judged.statement, low=low, high=high)
    if judged.basis is not Basis.ANALYST or judged.stated is None:
        return sentence
    return table.say("judges", author=judged.author, day=judged.stated, sentence=sentence)


def origin_of_probability(judged: Judgement, language: str = "en") -> str:
    """Return where a judgement's probability comes from, one sentence."""
    table = phrases("likelihood", language)
    if judged.basis is not Basis.ANALYST or judged.stated is None:
        return table.say("computed")
    if judged.band_pct is None:
        return table.say("by_analyst", author=judged.author, day=judged.stated)
    words = band_words(*judged.band_pct, language).local
    return table.say("by_analyst_band", author=judged.author, day=judged.stated, words=words)


def printed(judged: Judgement, language: str = "en") -> str:
    """Return the number that stands behind a judgement's words: "71 %", or "55 to 80 %" where a band was entered."""
    if judged.band_pct is None:
        return phrases("likelihood", language).writer.percent(judged.probability)
    low, high = judged.band_pct
    return phrases("likelihood", language).say("band", low=low, high=high)
