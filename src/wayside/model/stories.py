"""Values of where documents take from: stories, kinship, the derivation graph, what changed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wayside.model.checks import require, require_finite, require_probability
from wayside.model.documents import Passage

__all__ = ["Change", "Evidence", "Kinship", "Organisation", "Origin", "Story"]

KINSHIPS = ("near-identical", "rewritten", "independent")
CHANGES = (
    "bound",  # "at most 20" became "on average 20", "more than 1,000" became "up to 1,000"
    "hedge",  # "about 73" became "73"
    "figure",  # another number
    "derived figure",  # "more than triple", a tonnage: the rewriter's own arithmetic
    "unit",  # "railcars" became "cars", shells became tonnes
    "period",  # "over the past five years" became "historically"
    "and-or",  # "or" became "and"
    "direction",  # "to Russia" was added
    "certainty",  # "likely" became "confirmed"
    "attribution",  # the source was dropped or replaced
    "place",
    "date",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to think that a document takes from another text.

    Attributes:
        kind: name in the tables ("credit", "shared quotation", …).
        text: in words.
        weight: log odds that it adds, natural logarithm; negative where it speaks against.
        here: the words in the document, or None where it is not about words.
        there: the words in the other document, or None.
    """

    kind: str
    text: str
    weight: float
    here: Passage | None = None
    there: Passage | None = None

    def __post_init__(self) -> None:
        require(bool(self.kind and self.text), "evidence has a kind and words", where="Evidence")
        require_finite("Evidence.weight", self.weight)


@dataclass(frozen=True, slots=True)
class Origin:
    """An upstream text that a document takes from.

    Attributes:
        document: id of the document.
        derives_from: "report:NAME", "outlet:NAME" or "document:ID".
        p: probability that the document takes from it, in [0, 1].
        evidence: what it rests on, in words, not empty.
        details: the same with weights and passages.
        kind: how: "near-identical" or "rewritten" for a document that is there; "credited" for a report or an outlet
            that it names; "inferred" for one that it does not.
    """

    document: str
    derives_from: str
    p: float
    evidence: tuple[str, ...]
    details: tuple[Evidence, ...] = ()
    kind: str = "credited"

    def __post_init__(self) -> None:
        require_probability("Origin.p", self.p)
        require(bool(self.evidence), "an origin states its evidence", where="Origin.evidence")


@dataclass(frozen=True, slots=True)
class Kinship:
    """How two documents of one story are related.

    Attributes:
        one: id of a document.
        other: id of another.
        kind: one of ``KINSHIPS``; "independent": the same story with no sign of a common text.
        p: probability that they have a text in common, their own or a third.
        evidence: what it rests on.
    """

    one: str
    other: str
    kind: str
    p: float
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        require(self.one != self.other, "kinship is between two documents", where="Kinship")
        require(self.kind in KINSHIPS, f"no such kinship: {self.kind!r}", where="Kinship.kind")
        require_probability("Kinship.p", self.p)


@dataclass(frozen=True, slots=True)
class Story:
    """Documents that tell of the same thing.

    Attributes:
        id: "s1", "s2", … in order of first appearance.
        title: what it is about, in a few words taken from its documents.
        documents: ids, in order of publication where it is known.
        begins: first known day of publication, or None.
        ends: last known day of publication, or None.
    """

    id: str
    title: str
    documents: tuple[str, ...]
    begins: date | None = None
    ends: date | None = None

    def __post_init__(self) -> None:
        require(bool(self.id and self.title and self.documents), "a story has a title and documents", where="Story")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a claim on its way.

    Attributes:
        kind: one of ``CHANGES``.
        before: the words upstream.
        after: the words downstream.
        text: what changed, in a sentence.
        p: probability that ``after`` takes from ``before`` or its source.
    """

    kind: str
    before: Passage
    after: Passage
    text: str
    p: float

    def __post_init__(self) -> None:
        require(self.kind in CHANGES, f"no such change: {self.kind!r}", where="Change.kind")
        require(bool(self.text), "a change is described", where="Change.text")
        require_probability("Change.p", self.p)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A source under all its names.

    Attributes:
        id: as in ``Claim.source``.
        name: usual name.
        kind: "news agency", "newspaper", "broadcaster", "think tank", "government", "company", "person" or None.
        aliases: other names and descriptions under which the documents speak of it, with where each was learnt.
    """

    id: str
    name: str
    kind: str | None = None
    aliases: tuple[Passage, ...] = ()

    def __post_init__(self) -> None:
        require(bool(self.id and self.name), "an organisation has a name", where="Organisation")
