"""A result with what is looked up in it often: documents and claims by id, their names and their places in the page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from wayside.model.agreement import Agreement, Rating
from wayside.model.claims import BARE, Claim
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document, Span
from wayside.model.stories import Origin, Story
from wayside.report.coverage.words import cut, web_address

__all__ = ["MOST_CLAIMS", "Excerpt", "Index"]

MOST_CLAIMS = 3_000
_AROUND = 110
_NEAR = 20_000  # how far from its place a quote is looked for
_MAIN_ORIGINS = 4
_MOST_GROUPS = 30
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_LONGEST_QUOTE = 480


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words with what stands around them.

    Attributes:
        before: up to some hundred characters before, "…" where it begins within the text; ends in a space where the
            words are set off by one; may be empty.
        quote: the words.
        after: as ``before``, on the other side.
        language: ISO 639-1 code of the document, or None.
    """

    before: str
    quote: str
    after: str
    language: str | None


class Index:
    """Looks things up in a result.

    Args:
        result: what was found.
    """

    def __init__(self, result: CoverageResult) -> None:
        self.result = result
        self.documents = {one.id: one for one in result.documents}
        self.claims = {one.id: one for one in result.claims}
        self._document_number = {one.id: k for k, one in enumerate(result.documents, 1)}
        self._claim_number = {one.id: k for k, one in enumerate(result.claims, 1)}
        self._group_number = {id(one): k for k, one in enumerate(result.agreement, 1)}

    @cached_property
    def stories(self) -> tuple[Story, ...]:
        """The stories, the one with most documents first; documents of no story make one of their own."""
        told = {name for story in self.result.stories for name in story.documents}
        rest = tuple(name for name in self.documents if name not in told)
        found = sorted(self.result.stories, key=lambda story: -len(story.documents))
        if not rest:
            return tuple(found)
        title = "Documents of no story" if found else "All documents"
        return (*found, Story("\0rest", title, rest))

    @cached_property
    def story_of(self) -> dict[str, str]:
        """The id of each document's story."""
        return {name: story.id for story in self.stories for name in story.documents}

    @cached_property
    def claims_of(self) -> dict[str, list[Claim]]:
        """The claims of each story, by its id."""
        groups: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.result.claims:
            groups[self.story_of[claim.document]].append(claim)
        return groups

    @cached_property
    def origins_of(self) -> dict[str, list[Origin]]:
        """The origins of each document: texts that it takes from, then people whom it cites, each by probability."""
        groups: dict[str, list[Origin]] = defaultdict(list)
        for origin in sorted(self.result.origins, key=lambda one: (one.derives_from.startswith("source:"), -one.p)):
            groups[origin.document].append(origin)
        return groups

    @cached_property
    def ratings_of(self) -> dict[str, list[Rating]]:
        """The ratings of each source, document or claim."""
        groups: dict[str, list[Rating]] = defaultdict(list)
        for rating in self.result.ratings:
            groups[rating.subject].append(rating)
        return groups

    @cached_property
    def organisation_names(self) -> dict[str, str]:
        """The usual name of each organisation by id; of others, the name that a text gives to the same id."""
        said = [name for claim in self.result.claims for name in (claim.asserted_by, *claim.via) if name]
        said += [one.outlet for one in self.result.documents if one.outlet]
        names = {_id_of(name): name for name in reversed(said)}
        names |= {claim.source: claim.asserted_by for claim in self.result.claims if claim.source and claim.asserted_by}
        return names | {one.id: one.name for one in self.result.organisations}

    def main_origins(self, name: str) -> list[Origin]:
        """Return the few most probable origins of a document; they are what is drawn and listed."""
        return self.origins_of.get(name, [])[:_MAIN_ORIGINS]

    def agreements_of(self, story: Story) -> list[Agreement]:
        """Return the groups of claims of a story, those of most documents first."""
        return self._agreements.get(story.id, [])

    def has_figures(self, group: Agreement) -> bool:
        """Return whether a group of claims is about figures, and not about statements or comparisons."""
        return any(self.claims[name].kind not in BARE for name in group.claims)

    def main_agreement(self, story: Story) -> Agreement | None:
        """Return the group that most documents of a story speak of, one with figures where there is any."""
        groups = self.agreements_of(story)
        return next((one for one in groups if self.has_figures(one)), groups[0] if groups else None)

    def shown_agreements(self, story: Story) -> list[Agreement]:
        """Return the groups with a place of their own: figures of two claims or more, or beside the measured count."""
        return [one for one in self.agreements_of(story) if self.is_worth(one)][:_MOST_GROUPS]

    def is_worth(self, group: Agreement) -> bool:
        """Return whether a group says more than its claims do in the table."""
        compared = group.against_measured is not None and group.against_measured.p is not None
        return compared or (len(group.claims) > 1 and self.has_figures(group))

    def place_of(self, group: Agreement) -> str | None:
        """Return where the page shows a group: its own place, else that of its first claim."""
        return self.group_anchor(group) if id(group) in self._shown else self.claim_anchor(group.claims[0])

    @cached_property
    def _shown(self) -> set[int]:
        return {id(group) for story in self.stories for group in self.shown_agreements(story)}

    @cached_property
    def _agreements(self) -> dict[str, list[Agreement]]:
        known = {story.id for story in self.stories}
        groups: dict[str, list[Agreement]] = defaultdict(list)
        for one in sorted(self.result.agreement, key=lambda one: (-self.document_count(one.claims), -len(one.claims))):
            told = one.story if one.story in known else self.story_of[self.claims[one.claims[0]].document]
            groups[told].append(one)
        return groups

    def document_count(self, claims: Iterable[str]) -> int:
        """Return how many documents some claims stand in."""
        return len({self.claims[name].document for name in claims})

    def document_anchor(self, name: str) -> str:
        """Return the id of a document's place in the page."""
        return f"document-{self._document_number[name]}"

    def claim_anchor(self, name: str) -> str | None:
        """Return the id of a claim's place in the page, or None where it has none."""
        number = self._claim_number.get(name)
        return f"claim-{number}" if number is not None and number <= MOST_CLAIMS else None

    def claim_label(self, name: str) -> str:
        """Return the number of a claim as the page shows it."""
        return f"{self._claim_number[name]}"

    def group_anchor(self, group: Agreement) -> str:
        """Return the id of a group's place in the page."""
        return f"group-{self._group_number[id(group)]}"

    def who(self, document: Document, most: int = 40) -> str:
        """Return who published a document, or what else names it shortly: its host, headline or file."""
        if document.outlet:
            return cut(document.outlet, most)
        address = web_address(document.url)
        host = urlsplit(address).hostname if address else None
        return cut(host.removeprefix("www.") if host else document.title or document.file or document.id, most)

    def headline(self, document: Document, most: int = 160) -> str:
        """Return the headline, else the name of the file."""
        return cut(document.title or document.file or document.id, most)

    def origin_words(self, derives_from: str) -> str:
        """Return in words what an origin names: a report, an outlet or a document."""
        role, _, name = derives_from.partition(":")
        if role == "document" and name in self.documents:
            return self.who(self.documents[name])
        if role not in {"report", "outlet", "document"}:
            name = derives_from
        plain = self.organisation_names.get(name) or self.organisation_names.get(name.rpartition(":")[2])
        return cut(plain or name.rpartition(":")[2] or name, 60) or "without a name"

    def source_name(self, claim: Claim) -> str:
        """Return the final source of a claim, or who it is where it has no name."""
        if claim.asserted_by:
            return cut(claim.asserted_by, 80)
        name = self.organisation_names.get(claim.source or "")
        return cut(name, 80) if name else ""

    def excerpt(self, document: str, span: Span, quote: str, around: int = _AROUND) -> Excerpt:
        """Return the words of a passage with the text around them; alone where they cannot be found in it."""
        one = self.documents.get(document)
        shown = cut(quote, _LONGEST_QUOTE)
        if one is None:
            return Excerpt("", shown, "", None)
        start = _in_text(one, span.start)
        if one.text[start : start + len(quote)] != quote:
            start = one.text.find(quote, max(0, start - _NEAR), start + len(quote) + _NEAR)
        if start < 0:
            return Excerpt("", shown, "", one.language)
        end = start + len(quote)
        return Excerpt(
            _tail(one.text[max(0, start - 2 * around) : start], around, more=start > 2 * around),
            shown,
            _head(one.text[end : end + 2 * around], around, more=end + 2 * around < len(one.text)),
            one.language,
        )


def _id_of(name: str) -> str:
    """Return a name as an id is made of it: small letters and digits, a hyphen between."""
    return _BETWEEN_WORDS.sub("-", name.casefold()).strip("-")


def _in_text(document: Document, at: int) -> int:
    """Return where a character of the decoded file stands in the document's text."""
    if not document.segments:
        return at
    segments = document.segments
    k = max(bisect_right(segments, at, key=lambda segment: segment.file) - 1, 0)
    return segments[k].text + (min(at - segments[k].file, segments[k].length - 1) if at > segments[k].file else 0)


def _tail(text: str, most: int, *, more: bool) -> str:
    """Return the end of ``text``: whole words of its last line, "…" where something was left out."""
    line = text.rsplit("\n\n", 1)[-1]
    begins = len(line) < len(text) or not more
    words = cut(line, len(line) + 1) if line.strip() else ""
    if len(words) > most:
        kept = words[-most:]
        words, begins = kept.partition(" ")[2] or kept, False
    gap = " " if words and line[-1:].isspace() else ""
    return (words if begins else f"… {words}") + gap


def _head(text: str, most: int, *, more: bool) -> str:
    """Return the beginning of ``text``: whole words of its first line, "…" where something was left out."""
    line = text.split("\n\n", 1)[0]
    ends = len(line) < len(text) or not more
    words = cut(line, len(line) + 1) if line.strip() else ""
    if len(words) > most:
        kept = words[:most]
        words, ends = kept.rpartition(" ")[0] or kept, False
    gap = " " if words and line[:1].isspace() else ""
    return gap + (words if ends else f"{words} …")
