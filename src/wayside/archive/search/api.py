"""A STAC API asked so that its answer can be relied on: manners that fall back, doubtful answers asked in halves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from wayside.archive.search.asking import Answer, Ending, Manner, Question, answer, first_page
from wayside.archive.search.documents import Document, DocumentReader, StatusError
from wayside.archive.search.fields import links_of, sequence, text
from wayside.archive.search.gaps import GapList
from wayside.archive.search.hrefs import absolute
from wayside.archive.search.items import key_of, span_of
from wayside.archive.search.stac_io import GuardedIO
from wayside.errors import AddressRefusedError, SourceError

__all__ = ["ApiSearch", "Taker", "conforms", "manners_of", "search_address"]

Taker = Callable[[Any, str], None]
"""Takes an item, as it came, and the address of the page that it came on."""

_SHORTEST = timedelta(seconds=2)
_SLACK = timedelta(seconds=2)
_SPLITTABLE = frozenset({Ending.FULL, Ending.FEWER, Ending.LOOP})
_CLOSED = frozenset({401, 429})
_WRONG = frozenset({400, 413, 422})
_SMALL_PAGE = 10
_NARROW = "Look over a shorter span of dates or at fewer collections"


def conforms(root: Mapping[str, Any], *classes: str) -> bool:
    """Tell whether an API says that it has all of some conformance classes, by the ends of their addresses."""
    stated = [uri for uri in sequence(root.get("conformsTo")) if isinstance(uri, str)]
    return all(any(uri.rstrip("/").endswith(wanted) for uri in stated) for wanted in classes)


def search_address(root: Document, *, local: bool) -> str:
    """Return the address of an API's search; empty if it has none.

    Raises:
        AddressRefusedError: its link is malformed.
    """
    href = next((link["href"] for link in links_of(root.content) if link["rel"] == "search"), "")
    return absolute(href, root.url, local=local) if href else ""


def manners_of(root: Document, *, clouds: bool) -> tuple[Manner, ...]:
    """Return the manners to ask in, the best first.

    A server is asked by POST unless it lists its search by GET alone; then by POST last. ``query`` is never sent: it
    cannot say "or unknown", and would lose items that do not say their clouds. The filter is sent where CQL2 as JSON
    and as text of ``isNull`` are promised by conformance classes.
    """
    links = [link for link in links_of(root.content) if link["rel"] == "search"]
    methods = {text(link.get("method")).upper() for link in links if link.get("method")}
    content = root.content
    filters = clouds and conforms(content, "/item-search#filter", "cql2-json", "basic-cql2")
    post = (Manner("POST", "intersects"), Manner("POST", "bbox"))
    filtered = (Manner("POST", "intersects", filtered=True),) if filters else ()
    get = (Manner("GET", "bbox"),)
    return (*get, *post) if methods == {"GET"} else (*filtered, *post, *get)


class ApiSearch:
    """Questions to one address of one source."""

    def __init__(self, reader: DocumentReader, gaps: GapList, take: Taker, *, room: Callable[[], int]) -> None:
        """Hand items to ``take`` and doubts to ``gaps``; ``room`` says how many items may still be looked at."""
        self._io = GuardedIO(reader)
        self._reader = reader
        self._gaps = gaps
        self._take = take
        self._room = room
        self._splits = reader.limits.splits
        self._manner: Manner | None = None

    def ask(self, question: Question, manners: Sequence[Manner]) -> None:
        """Ask, in the first manner that gets an answer, until all is known that can be."""
        where = f"{self._reader.shown(question.url)}{f' {question.collection}' if question.collection else ''}"
        found = self._begin(question, manners, where)
        if found is None:
            return
        page, manner = found
        self._settle(question, manner, self._answer(page, question, manner), where)

    # ------------------------------------------------------------------ the first page
    def _begin(self, question: Question, manners: Sequence[Manner], where: str) -> tuple[Document, Manner] | None:
        """Return the first page and the manner that got it.

        As long as no manner has brought an item, an empty answer is asked for again in the next one: servers have been
        seen to answer what they do not understand with an empty list.
        """
        if self._manner is not None:
            manners = (self._manner, *(m for m in manners if m != self._manner))
        small = tuple(manner._replace(page=_SMALL_PAGE) for manner in manners if not manner.filtered)
        empty: tuple[Document, Manner] | None = None
        refused: list[SourceError | AddressRefusedError] = []
        for manner, page in self._attempts(question, manners, small, refused):
            if page.content["features"]:
                self._manner = manner
                return page, manner
            empty = empty or (page, manner)
            if self._manner is not None:
                break
        if empty is None:
            what = refused[0].what if refused else "it was not asked"
            self._gaps.add(where, f"the search failed: {what}", "Check the address, or ask later")
        return empty

    def _attempts(
        self,
        question: Question,
        manners: Sequence[Manner],
        small: Sequence[Manner],
        refused: list[SourceError | AddressRefusedError],
    ) -> Iterator[tuple[Manner, Document]]:
        """Give the pages of those manners that get one; why the others do not goes to ``refused``.

        Where all are refused as wrong questions, pages may be too large for the server: ``small`` are tried then.
        """
        for manner in manners:
            try:
                page = first_page(question, manner, self._io)
            except (SourceError, AddressRefusedError) as error:
                refused.append(error)
                if isinstance(error, AddressRefusedError) or _status(error) in _CLOSED or self._reader.late:
                    return
            else:
                yield manner, page
        if len(refused) == len(manners) and any(_status(error) in _WRONG for error in refused):
            yield from self._attempts(question, small, (), refused)

    # ------------------------------------------------------------------ the whole answer
    def _answer(self, page: Document, question: Question, manner: Manner) -> Answer:
        whole = answer(page, question, manner, self._io, room=self._room())
        for found in whole.items:
            self._take(found.item, found.base)
        return whole

    def _settle(self, question: Question, manner: Manner, whole: Answer, where: str) -> frozenset[str]:
        """Ask in halves of the time for an answer that may be cut off, and return the keys of all that came."""
        keys = frozenset(key_of(found.item) for found in whole.items)
        if whole.ending is Ending.COMPLETE:
            return keys
        halves = self._halves(question, whole) if whole.ending in _SPLITTABLE else ()
        if not halves:
            self._doubt(question, whole, where)
            return keys
        answers = [(half, self._half(half, manner, where)) for half in halves]
        came = keys.union(key_of(found.item) for _, part in answers for found in part.items)
        if not all(_heeds_time(half, part) for half, part in answers):
            self._splits = 0
            self._doubt(question, whole, where)
            return came
        # A number that is the same for every span of time is no number of what matches.
        if not (whole.ending is Ending.FEWER and all((p.matched or 0) >= (whole.matched or 0) for _, p in answers)):
            came = came.union(*(self._settle(half, manner, part, where) for half, part in answers))
        if whole.ending is Ending.FEWER and whole.matched is not None and len(came) < whole.matched:
            what = f"the server says that {whole.matched} items match, and {len(came)} came"
            self._gaps.add(where, what, _NARROW, kind=whole.ending)
        return came

    def _half(self, question: Question, manner: Manner, where: str) -> Answer:
        """Ask for a part of the time; a failure is a gap and an empty answer."""
        try:
            page = first_page(question, manner, self._io)
        except (SourceError, AddressRefusedError) as error:
            self._gaps.add(where, f"a part of the answer could not be read: {error.what}", "Search again later")
            return Answer((), Ending.COMPLETE)
        return self._answer(page, question, manner)

    def _halves(self, question: Question, whole: Answer) -> tuple[Question, ...]:
        """Return a question's halves; none if that would lead to nothing."""
        if self._splits < 2 or question.end - question.start < _SHORTEST or self._reader.late or self._room() <= 0:
            return ()
        if not _heeds_time(question, whole):
            return ()
        self._splits -= 2
        middle = (question.start + (question.end - question.start) / 2).replace(microsecond=0)
        return question._replace(end=middle), question._replace(start=middle)

    def _doubt(self, question: Question, whole: Answer, where: str) -> None:
        span = f"{_day(question.start)} to {_day(question.end)}"
        todo = "Search again later" if whole.ending is Ending.FAILED else _NARROW
        self._gaps.add(f"{where}, {span}", whole.why, todo, kind=whole.ending)


def _status(error: SourceError | AddressRefusedError) -> int:
    return error.status if isinstance(error, StatusError) else 0


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%MZ")


def _heeds_time(question: Question, whole: Answer) -> bool:
    """Tell whether all items are of the time asked for; a server that does not heed it cannot be asked in halves."""
    spans = [span for found in whole.items if (span := span_of(found.item)) is not None]
    return all(end >= question.start - _SLACK and start <= question.end + _SLACK for start, end in spans)
