"""What an analyst judges, worded no more strongly than the analyst set it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from wayside.assessment.language import band_words, nearest_to_even
from wayside.errors import ValueRefusedError
from wayside.language.phrases import LANGUAGES, phrases
from wayside.model.judgements import Basis, EnteredJudgement, Judgement

__all__ = ["check_wording", "judged_by_analyst", "words_of_certainty", "words_of_likelihood"]

_SPACES = re.compile(r"\s+")
_IN_BRACKETS = re.compile(r"\((?=[^()]*\d ?%)[^()]*\)")
"""A percentage in brackets looks like the number that the program prints behind a likelihood."""


def judged_by_analyst(entered: EnteredJudgement, language: str = "en") -> Judgement:
    """Return an analyst's judgement as it stands beside the computed ones.

    The weakest reading is taken: of a band the end nearest to even chance is the probability, and the term is never a
    stronger one than every number of the band deserves.

    Args:
        entered: as entered.
        language: of the sentences that it will stand in.

    Raises:
        ValueRefusedError: its statement holds words of likelihood or certainty of its own, or ends in a full stop; or a
            reason of its confidence holds a term of likelihood.
    """
    where = f"judgement {entered.id!r} of {entered.author}"
    check_wording(entered.statement, where=where)
    _check_reasons(entered.confidence_reasons, where)
    band = (entered.low_pct, entered.high_pct)
    return Judgement(
        id=entered.id,
        statement=" ".join(entered.statement.split()),
        probability=nearest_to_even(*band) / 100,
        words=band_words(*band, language).words,
        basis=Basis.ANALYST,
        confidence=entered.confidence,
        confidence_reasons=entered.confidence_reasons,
        evidence=entered.evidence,
        assumptions=entered.assumptions,
        would_change=entered.would_change,
        author=entered.author,
        stated=entered.stated,
        band_pct=None if entered.low_pct == entered.high_pct else band,
    )


def check_wording(statement: str, *, where: str = "") -> None:
    """Refuse a statement that says for itself how likely or how sure it is.

    Raises:
        ValueRefusedError: it holds such words ("will", "certainly", "proves"; in any language that has tables).
    """
    found = words_of_certainty(statement)
    if found:
        named = ", ".join(f"“{word}”" for word in found)
        raise ValueRefusedError(
            f"the statement says by itself how likely or how sure it is: {named}",
            where=where,
            todo="State what is judged as a plain fact, and set its likelihood apart from it",
        )


def _check_reasons(reasons: Sequence[str], where: str) -> None:
    """Refuse words of likelihood in the reasons of a confidence: the two never share a sentence (ICD 203)."""
    for reason in reasons:
        found = words_of_likelihood(reason)
        if found:
            raise ValueRefusedError(
                f"a reason of the confidence speaks of likelihood: “{found[0]}”",
                where=where,
                todo="Say what the judgement rests on; its likelihood is set apart from that",
            )


def words_of_certainty(statement: str) -> tuple[str, ...]:
    """Return the words of likelihood and certainty in a statement, in order, each once; of every language.

    A percentage in brackets is one of them.
    """
    text = _plain(statement)
    places = [*_IN_BRACKETS.finditer(text), *(m for language in LANGUAGES for m in _pattern(language).finditer(text))]
    found = sorted((match.start(), match[0]) for match in places)
    return tuple(dict.fromkeys(word for _, word in found))


def words_of_likelihood(text: str) -> tuple[str, ...]:
    """Return the words by which a text says how likely or how sure something is, whatever else it says.

    They are those of ``words_of_certainty`` without the verbs of mood and the like ("cannot", "would", "will"), which
    an explanation or a reason needs in other senses.
    """
    return tuple(
        word for word in words_of_certainty(text) if not any(_mood(lang).fullmatch(word) for lang in LANGUAGES)
    )


@cache
def _pattern(language: str) -> re.Pattern[str]:
    return _of_words(phrases("overstatement", language).items("words"))


@cache
def _mood(language: str) -> re.Pattern[str]:
    return _of_words(phrases("overstatement", language).items("words-of-mood"))


def _of_words(listed: Sequence[str]) -> re.Pattern[str]:
    # The longest first, so that a phrase is found as a whole.
    words = sorted(listed, key=len, reverse=True)
    parts = (re.escape(_plain(word.rstrip("*"))) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def _plain(text: str) -> str:
    """Return a text without what hides a word from comparison: case, width, invisible characters, kinds of blank."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    visible = "".join(character for character in folded if unicodedata.category(character) != "Cf")
    return _SPACES.sub(" ", visible).strip()
