"""Likelihood in words: the table of ICD 203 as data, and the conventions that the table leaves open.

The table (Intelligence Community Directive 203, *Analytic Standards*, 2015) has seven bands, each with two rows of
words. wayside uses the first row throughout and never mixes rows. What the directive leaves open is settled here:

- **The word follows the number that is printed.** A probability is rounded to whole percent first (halves up:
  0.505 becomes 51), so that two judgements printed with one number never carry two words.
- **A shared edge belongs to the band nearer to even chance.** 95 % is "very likely", 5 % is "very unlikely",
  55 % and 45 % are a "roughly even chance": a word never claims more than its number.
- **Beyond 1 and 99 %** the table names nothing. The outermost words stay, and the number is printed as
  "less than 1 %" or "more than 99 %": no computation here is sure enough for "certain" or "impossible".
"""

from __future__ import annotations

from dataclasses import dataclass

from wayside.model.checks import require
from wayside.model.wording import percent_of, say_percent

__all__ = ["LIKELIHOOD_TERMS", "LikelihoodTerm", "likelihood_words", "say_likely_that"]


@dataclass(frozen=True, slots=True)
class LikelihoodTerm:
    """One band of the table.

    Attributes:
        words: the term of the first row, the one that is used.
        synonym: the term of the second row, which is never used.
        low_pct: lower end of the band, whole percent, 1 to 95.
        high_pct: upper end of the band, whole percent, 5 to 99.
        opening: how a sentence begins that gives this likelihood to the clause after it.
    """

    words: str
    synonym: str
    low_pct: int
    high_pct: int
    opening: str

    def __post_init__(self) -> None:
        require(0 < self.low_pct < self.high_pct < 100, f"a band runs upwards within 1 to 99 %, not {self.low_pct}")


LIKELIHOOD_TERMS: tuple[LikelihoodTerm, ...] = (
    LikelihoodTerm("almost no chance", "remote", 1, 5, "There is almost no chance that"),
    LikelihoodTerm("very unlikely", "highly improbable", 5, 20, "It is very unlikely that"),
    LikelihoodTerm("unlikely", "improbable", 20, 45, "It is unlikely that"),
    LikelihoodTerm("roughly even chance", "roughly even odds", 45, 55, "There is a roughly even chance that"),
    LikelihoodTerm("likely", "probable", 55, 80, "It is likely that"),
    LikelihoodTerm("very likely", "highly probable", 80, 95, "It is very likely that"),
    LikelihoodTerm("almost certain", "nearly certain", 95, 99, "It is almost certain that"),
)
"""The seven bands, from least to most likely."""


def likelihood_words(p: float) -> LikelihoodTerm:
    """Return the term for a probability (0 to 1) by the conventions at the head of this module."""
    percent = percent_of(p)
    for term in LIKELIHOOD_TERMS[:3]:
        if percent < term.high_pct:
            return term
    for term in LIKELIHOOD_TERMS[3:]:
        if percent <= term.high_pct:
            return term
    return LIKELIHOOD_TERMS[-1]


def say_likely_that(p: float, clause: str) -> str:
    """Return a full sentence: the likelihood in words, the clause, and the number behind the words."""
    return f"{likelihood_words(p).opening} {clause} ({say_percent(p)})."
