"""What the furniture of pages says, in every language of the tables, as one value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from wayside.coverage.tables import languages, table

__all__ = ["Furniture", "furniture", "normal"]

_DIGITS: Final = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class Furniture:
    """The tables, ready to be asked.

    Attributes:
        always: beginnings of lines that are furniture though they are whole sentences.
        agencies: words for news agencies as such, lower case.
        openers: headings of what is not the article, normalised.
        comments: headings after which readers speak, normalised.
        lines: whole lines, normalised.
        prefixes: beginnings of short lines, lower case, by their first two characters.
        tails: finds the words with which the end of a line stops being the article.
        ago: lines that say how long ago, normalised.
        calendar: words of a time stamp.
        networks: words of a row of buttons.
        breadcrumb_marks: marks between the steps of a breadcrumb.
        menu_marks: marks between the entries of a menu.
        bullets: marks before an entry of a list.
        sentence_ends: marks that end a sentence.
        closers: marks that may follow them.
        byline: words that lead to an author, lower case, longest first.
        sources: words that lead to whom a text credits, lower case, longest first.
    """

    always: tuple[str, ...]
    agencies: tuple[str, ...]
    openers: frozenset[str]
    comments: frozenset[str]
    lines: frozenset[str]
    prefixes: dict[str, tuple[str, ...]]
    tails: re.Pattern[str]
    ago: frozenset[str]
    calendar: frozenset[str]
    networks: frozenset[str]
    breadcrumb_marks: str
    menu_marks: str
    bullets: tuple[str, ...]
    sentence_ends: str
    closers: str
    byline: tuple[str, ...]
    sources: tuple[str, ...]


def normal(line: str) -> str:
    """Return a line in lower case, each number as "#", without marks at its ends, blanks single."""
    lowered = " ".join(line.lower().replace("’", "'").split())
    bare = _DIGITS.sub("#", lowered)
    return bare if bare in {"#", ""} else _edged(bare)


def _edged(line: str) -> str:
    """Take marks off both ends, but not the "#" of a number."""
    first, last = 0, len(line)
    while first < last and not (line[first].isalnum() or line[first] == "#"):
        first += 1
    while last > first and not (line[last - 1].isalnum() or line[last - 1] == "#"):
        last -= 1
    return line[first:last]


@cache
def furniture() -> Furniture:
    """Read the tables of all languages: a page's furniture is often in another language than its text."""
    common = table("furniture")
    every = [table("furniture", language) for language in languages("furniture")]

    def words(key: str) -> list[str]:
        return [word for one in every for word in one.get(key, ())]

    prefixes: dict[str, list[str]] = {}
    for prefix in dict.fromkeys(words("prefixes")):
        prefixes.setdefault(prefix[:2], []).append(prefix.replace("’", "'"))
    tails = "|".join(re.escape(tail) for tail in sorted(dict.fromkeys(words("tails")), key=len, reverse=True))
    ends = re.escape(common["sentence_ends"] + common["closers"])
    return Furniture(
        always=tuple(common["always"]),
        agencies=tuple(common["agencies"]),
        openers=frozenset(normal(word) for word in words("openers")),
        comments=frozenset(normal(word) for word in words("comments")),
        lines=frozenset(normal(word) for word in words("lines")),
        prefixes={key: tuple(values) for key, values in prefixes.items()},
        tails=re.compile(rf"(?<=[{ends}] )(?:{tails})(?!\w)|(?<=[{ends}])(?:{tails})(?!\w)"),
        ago=frozenset(normal(word) for word in words("ago")),
        calendar=frozenset([*common["calendar"], *words("calendar")]),
        networks=frozenset(common["networks"]),
        breadcrumb_marks="".join(common["breadcrumb_marks"]),
        menu_marks="".join(common["menu_marks"]),
        bullets=tuple(common["bullets"]),
        sentence_ends=common["sentence_ends"],
        closers=common["closers"],
        byline=tuple(sorted(words("byline"), key=len, reverse=True)),
        sources=tuple(sorted(words("sources"), key=len, reverse=True)),
    )
