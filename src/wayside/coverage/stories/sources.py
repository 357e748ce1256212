"""The sources of some documents: their names, and whether they are authors of reports, media, or speakers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from wayside.coverage.stories.detail import sentence_around
from wayside.coverage.stories.features import source_key
from wayside.coverage.stories.keys import slug
from wayside.coverage.stories.words import phrases
from wayside.coverage.words.addresses import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from wayside.model.claims import Claim
    from wayside.model.documents import Document
    from wayside.model.stories import Organisation

__all__ = ["Sources", "unspecific"]

_MEDIA: Final = frozenset({"news agency", "newspaper", "broadcaster", "magazine", "news site", "media"})
_AUTHORS: Final = frozenset({"think tank", "university", "research institute", "non-governmental organisation"})
_SPEAKERS: Final = frozenset({"government", "person", "company", "military", "state", "intergovernmental"})
_SHORTEST_HOST: Final = 5
_LETTERS: Final = re.compile(r"[\W_]+")
_HALF: Final = 0.5
_SEVERAL: Final = 2


class Sources:
    """Final sources and media of a set of documents.

    Args:
        documents: all documents.
        claims: their claims.
        organisations: sources under all their names, as far as they were resolved.
    """

    def __init__(
        self, documents: Sequence[Document], claims: Iterable[Claim], organisations: Sequence[Organisation]
    ) -> None:
        self._of_name: dict[str, str] = {}
        self._forms: dict[str, set[str]] = defaultdict(set)
        self._kinds = {one.id: one.kind for one in organisations}
        for one in organisations:
            for name in (one.name, *(alias.quote for alias in one.aliases)):
                self._of_name.setdefault(slug(name), one.id)
                if any(sign.isupper() for sign in name):
                    self._forms[one.id].add(name)
        self._reporting: Counter[str] = Counter()
        self._finals: Counter[str] = Counter()
        self._through: Counter[str] = Counter()
        self._read(documents, claims)
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._hosts: dict[str, tuple[str, ...]] = {}

    def _read(self, documents: Sequence[Document], claims: Iterable[Claim]) -> None:
        by_id = {document.id: document for document in documents}
        for document in documents:
            for name in document.credits:
                self._through[self.id_of(name)] += 1
                self._forms[self.id_of(name)].add(name)
        for claim in claims:
            for name in claim.via:
                self._through[self.id_of(name)] += 1
                self._forms[self.id_of(name)].add(name)
            key = source_key(claim)
            if key is None or claim.asserted_by is None:
                continue
            self._finals[key] += 1
            self._forms[key].add(claim.asserted_by)
            self._of_name.setdefault(slug(claim.asserted_by), key)
            document = by_id[claim.document]
            here = sentence_around(document, claim.attributed_at or claim.span)
            if phrases("report", document.language).search(document.text, here.start, here.end):
                self._reporting[key] += 1

    def id_of(self, name: str) -> str:
        """Return the id of a source by any of its names."""
        return self._of_name.get(slug(name), slug(name))

    def kind_of(self, source: str) -> str:
        """Return "outlet", "report" or "source": a medium, an author of a report, or somebody who spoke."""
        kind = self._kinds.get(source)
        if kind in _MEDIA:
            return "outlet"
        if kind in _AUTHORS:
            return "report"
        if kind in _SPEAKERS:
            return "source"
        finals, through = self._finals[source], self._through[source]
        if through > finals:
            return "outlet"
        return "report" if self._reporting[source] >= _HALF * finals and finals else "source"

    def known(self, source: str) -> bool:
        """Return whether a name stands for a source wherever it is met: a known body, or one that claims credit.

        Any other name, that of a country or a town, may be in a text for other reasons.
        """
        kind = self._kinds.get(source)
        return kind in _MEDIA or kind in _AUTHORS or (kind is None and self._finals[source] >= _SEVERAL)

    def node(self, source: str) -> str:
        """Return the name of a source in the derivation graph."""
        return f"{self.kind_of(source)}:{source}"

    def media_of(self, document: Document, claims: Sequence[Claim]) -> frozenset[str]:
        """Return the ids of those whom a document credits as a whole, or through whom it has claims."""
        names = {*document.credits, *(name for claim in claims for name in claim.via)}
        return frozenset(self.id_of(name) for name in names if not unspecific(name))

    def named_in(self, source: str, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Return where a text names a source, by any of its names; capitals count."""
        pattern = self._patterns.get(source)
        if pattern is None:
            forms = sorted(self._forms.get(source, ()), key=lambda form: (-len(form), form))
            words = "|".join(re.escape(form) for form in forms) or r"(?!)"
            pattern = self._patterns[source] = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
        match = pattern.search(text, start, end)
        return match.span() if match else None

    def forms(self, source: str) -> frozenset[str]:
        """Return the names of a source."""
        return frozenset(self._forms.get(source, ()))

    def own_of(self, document: Document, known: AbstractSet[str]) -> frozenset[str]:
        """Return those of some sources that publish a document themselves, by its outlet or its address."""
        found = set() if document.outlet is None else {self.id_of(document.outlet)} & known
        host = _LETTERS.sub("", host_of(document.url)) if document.url else ""
        if host:
            found |= {source for source in known if any(name in host for name in self._in_hosts(source))}
        return frozenset(found)

    def _in_hosts(self, source: str) -> tuple[str, ...]:
        """Return the names of a source as they stand in addresses."""
        names = self._hosts.get(source)
        if names is None:
            plain = {_LETTERS.sub("", name).lower() for name in (*self._forms.get(source, ()), source)}
            names = self._hosts[source] = tuple(sorted(name for name in plain if len(name) >= _SHORTEST_HOST))
        return names

    def kinds(self) -> Mapping[str, str]:
        """Return the kind of every final source and medium."""
        return {source: self.kind_of(source) for source in sorted({*self._finals, *self._through})}


def unspecific(name: str) -> bool:
    """Tell "agencies", which credits nobody."""
    return name.lower() in phrases("unspecific", "en").words
