"""What a search could not find out, collected without drowning the reader."""

from __future__ import annotations

from collections import Counter

from wayside.archive.search.documents import plain
from wayside.model.acquisitions import Gap

__all__ = ["GapList"]

_MOST_OF_A_KIND = 10


class GapList:
    """Gaps in the order in which they were met; the same gap once, and of each kind the first few and a number."""

    def __init__(self, source: str) -> None:
        """Collect for a source, whose name stands before each place."""
        self._source = source
        self._gaps: dict[Gap, str] = {}
        self._kinds: Counter[str] = Counter()

    def add(self, where: str, what: str, todo: str = "", *, kind: str = "") -> None:
        """Note a gap; ``kind`` groups those of which only the first few are listed, by default its sentence."""
        place = plain(where)
        gap = Gap(f"{self._source}: {place}" if place else self._source, plain(what, 300), plain(todo, 300))
        if gap in self._gaps:
            return
        group = kind or gap.what
        self._kinds[group] += 1
        if self._kinds[group] <= _MOST_OF_A_KIND:
            self._gaps[gap] = group

    def as_tuple(self) -> tuple[Gap, ...]:
        """Return all gaps; a kind with too many ends in one line that counts the rest."""
        rest = [
            Gap(self._source, f"{count - _MOST_OF_A_KIND} more like this: {plain(kind)}")
            for kind, count in self._kinds.items()
            if count > _MOST_OF_A_KIND
        ]
        return (*self._gaps, *rest)
