"""An analyst's grades of sources and of information, in the Admiralty code: entered, never computed.

What nobody rated is "not rated". That is not F6: F and 6 are an analyst's statement that it cannot be judged.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wayside.errors import TableError
from wayside.model.agreement import CREDIBILITY, RELIABILITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.model.agreement import Rating
    from wayside.model.coverage import CoverageResult

__all__ = ["NOT_RATED", "Grade", "current", "grades_of", "in_words", "with_ratings"]

NOT_RATED = "not rated"


@dataclass(frozen=True, slots=True)
class Grade:
    """What stands for a source, a document or a claim.

    Attributes:
        reliability: "A" to "F", or None where it was not graded.
        credibility: "1" to "6", or None.
    """

    reliability: str | None
    credibility: str | None

    @property
    def code(self) -> str:
        """Both signs, a dash for what was not graded: "B2", "B–"."""
        return f"{self.reliability or '–'}{self.credibility or '–'}"


def in_words(grade: Grade | None) -> str:
    """Return a grade with its meaning: "B2: usually reliable, probably true"."""
    if grade is None:
        return NOT_RATED
    words = [RELIABILITY[grade.reliability]] if grade.reliability else []
    words += [CREDIBILITY[grade.credibility]] if grade.credibility else []
    return f"{grade.code}: {', '.join(words)}"


def current(ratings: Sequence[Rating]) -> tuple[Rating, ...]:
    """Return the ratings that stand: for each subject the newest that grades reliability, and credibility.

    Of two of one day the one that was entered later stands.
    """
    newest: dict[tuple[str, str], Rating] = {}
    for rating in sorted(ratings, key=lambda one: one.on):
        if rating.reliability is not None:
            newest[rating.subject, "reliability"] = rating
        if rating.credibility is not None:
            newest[rating.subject, "credibility"] = rating
    standing = {id(rating) for rating in newest.values()}
    return tuple(rating for rating in ratings if id(rating) in standing)


def grades_of(ratings: Sequence[Rating]) -> Mapping[str, Grade]:
    """Return for each rated subject the grades that stand."""
    graded: dict[str, dict[str, str]] = defaultdict(dict)
    for rating in sorted(ratings, key=lambda one: one.on):
        if rating.reliability is not None:
            graded[rating.subject]["reliability"] = rating.reliability
        if rating.credibility is not None:
            graded[rating.subject]["credibility"] = rating.credibility
    return {subject: Grade(some.get("reliability"), some.get("credibility")) for subject, some in graded.items()}


def with_ratings(result: CoverageResult, ratings: Sequence[Rating], name: str) -> CoverageResult:
    """Return a result with an analyst's ratings, each under the id of what it rates.

    Args:
        result: what was found.
        ratings: their subjects are ids of sources, documents or claims, or names of sources as the texts write them.
        name: of the table, for messages.

    Raises:
        TableError: subjects that are none of these, all of them.
    """
    known = _subjects(result)
    unknown = [rating.subject for rating in ratings if _plain(rating.subject) not in known]
    if unknown:
        told = ", ".join(repr(subject[:60]) for subject in dict.fromkeys(unknown))
        raise TableError(
            f"no source, document or claim is called {told}",
            where=name,
            todo="Take the names from what wayside coverage prints",
        )
    placed = (replace(rating, subject=known[_plain(rating.subject)]) for rating in ratings)
    return replace(result, ratings=tuple(sorted(placed, key=lambda one: (one.subject, one.on))))


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _subjects(result: CoverageResult) -> dict[str, str]:
    """Return every name that a rating may give, with the id it stands for; what is more exact goes first."""
    names: dict[str, str] = {}
    for claim in result.claims:
        names.setdefault(_plain(claim.id), claim.id)
    for document in result.documents:
        names.setdefault(_plain(document.id), document.id)
    for organisation in result.organisations:
        names.setdefault(_plain(organisation.id), organisation.id)
    for organisation in result.organisations:
        for name in (organisation.name, *(alias.quote for alias in organisation.aliases)):
            names.setdefault(_plain(name), organisation.id)
    for claim in result.claims:
        if claim.asserted_by and not claim.anonymous:
            names.setdefault(_plain(claim.asserted_by), claim.source or claim.asserted_by)
        if claim.source:
            names.setdefault(_plain(claim.source), claim.source)
    for document in result.documents:
        names.setdefault(_plain(document.file), document.id)
    return names
