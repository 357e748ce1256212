"""Changes between texts in view that a reader noted, as they must be reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from coverage_labels import Corpus

from wayside.model.coverage import CoverageResult

__all__ = ["EXPECTED", "Expected", "is_found"]


@dataclass(frozen=True)
class Expected:
    """One change.

    Attributes:
        text: id of the text in which it came about.
        kinds: kinds of change that say it.
        words: what stands in the words afterwards, any of these.
        about: the reader's words for it.
    """

    text: str
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    about: str


EXPECTED: Final = (
    Expected("008", ("hedge",), ("73 carriages",), "the standfirst drops the hedge that the body keeps"),
    Expected("009", ("bound",), ("en promedio", "20 vagones"), "a maximum became an average"),
    Expected("011", ("hedge",), ("73 Güterwaggons",), "the hedge was dropped"),
    Expected("011", ("bound",), ("20 Waggons",), "at most 20 became about 20"),
    Expected("024", ("attribution",), ("60,000 rounds",), "the attribution to Ukrainian figures was dropped"),
    Expected("039", ("bound",), ("up to 73",), "about became up to"),
    Expected("041", ("bound",), ("at least 73",), "about became at least"),
    Expected("051", ("hedge",), ("73 Güterwagen",), "the hedge was dropped"),
    Expected("052", ("hedge",), ("73 vagoni",), "the hedge was dropped"),
    Expected("056", ("hedge", "unit"), ("73 automobili",), "the hedge was dropped, railcars became motor cars"),
    Expected("086", ("bound",), ("тисячу контейнерів",), "more than a thousand became one thousand"),
    Expected("098", ("bound",), ("over 3 million",), "up to about became over"),
    Expected("098", ("and-or",), ("500,000", "3 million"), "or became and"),
    Expected("098", ("hedge",), ("6,700 containers",), "the hedge was dropped"),
    Expected("S0", ("attribution",), ("60,000 rounds",), "the attribution to Ukrainian figures was dropped"),
    Expected("S1", ("attribution",), ("60,000 rounds",), "the attribution to Ukrainian figures was dropped"),
    Expected("S3", ("period",), ("20 railcars", "Historically"), "five years became historically"),
    Expected("S3", ("certainty", "attribution"), ("transfer of munitions", "confirmed"), "said became confirmed"),
)


def is_found(expected: Expected, result: CoverageResult, corpus: Corpus) -> bool:
    """Return whether a reported change says it."""
    document = next((text.document.id for text in corpus.texts if text.id == expected.text), None)
    for change in result.changes:
        if change.after.document == document and change.kind in expected.kinds:
            after = change.after.quote.casefold()
            if any(words.casefold() in after or after in words.casefold() for words in expected.words):
                return True
    return False
