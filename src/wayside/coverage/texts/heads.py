"""Who wrote a text without markup, who is credited for it, and which day stands on its page.

Only unmistakable shapes count: a dateline ("SEOUL, South Korea (AP) —"), a line that is a byline and nothing else, a
source line, an agency's signature at the end of a paragraph. A day that stands on a flattened page is noted, never
believed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from wayside.coverage.tables import table
from wayside.coverage.texts.furniture import furniture

__all__ = ["byline_of", "credits_of", "dated_note", "medium_at", "names_medium", "outlet_of"]

_PAGE_DATE: Final = re.compile(
    r"^\s{0,8}(?:date|updated|published|posted)\s?:\s?(\d{4}-\d\d-\d\d)", re.IGNORECASE | re.MULTILINE
)
_NAME: Final = r"[^\W\d_](?:[^\W\d_]|['’.\-]){1,24}"
_NAMES: Final = re.compile(rf"{_NAME}(?: {_NAME}){{1,4}}(?:(?:,| and| &) {_NAME}(?: {_NAME}){{1,4}}){{0,3}}")
_DATELINE: Final = re.compile(r"^[^\n()]{2,80}\(([A-Za-z][\w .\-]{1,30})\)\s?[—–-]", re.MULTILINE)
_PLACE_AGENCY: Final = re.compile(
    r"^[A-ZÀ-Þ][A-ZÀ-Þ .,'’\-]{2,40},? (?:[A-Z][a-z]{2,8}\.? \d{1,2},? )?\(?([A-Z][\w .]{1,20}?)\)?\s?[—–/:-]",
    re.MULTILINE,
)
_SIGNED: Final = re.compile(r"[.!?”\"]\s?\(([A-Za-z][\w .\-/]{1,30})\)(?=\s|$)")
_COPYRIGHT: Final = re.compile(
    r"^[ \t]{0,8}(?:©|\(c\)|Copyright)[ ©(c)]{0,8}\d{4}(?:\s?[-–]\s?\d{4})?,? (?:by )?([^\n|–—,.]{3,60}?)"
    r"(?=[|–—,.\n]| [-–—] | All |$)",
    re.MULTILINE | re.IGNORECASE,
)
_RIGHTS: Final = re.compile(r"all rights|tous droits|alle rechte|todos los|все права", re.IGNORECASE)
_HOST: Final = re.compile(r"https?://([^/:?#\s]{3,200})", re.IGNORECASE)
_MEDIA_KINDS: Final = frozenset({"news agency", "newspaper", "broadcaster"})
_MOST: Final = 5
_LONGEST_LINE: Final = 90
_HEAD: Final = 20000


@cache
def _media() -> Mapping[str, str]:
    """Return the usual name of every medium by each of its names, lower case."""
    found = {}
    for row in table("organisations").get("organisation", ()):
        if row["kind"] in _MEDIA_KINDS:
            for name in (row["name"], *row.get("aliases", ())):
                found[name.lower().removeprefix("the ")] = row["name"]
    found.update(dict.fromkeys(furniture().agencies, "agencies"))
    return found


@cache
def _hosts() -> Mapping[str, str]:
    """Return the usual name of every medium by its web hosts."""
    rows = table("organisations").get("organisation", ())
    media = (row for row in rows if row["kind"] in _MEDIA_KINDS)
    return {host: row["name"] for row in media for host in row.get("hosts", ())}


def names_medium(name: str) -> str | None:
    """Return the usual name of a medium, or None where the table has no such medium."""
    return _media().get(" ".join(name.lower().split()).removeprefix("the "))


def medium_at(url: str | None) -> str | None:
    """Return the medium that an address belongs to, or None where the table does not know its host."""
    match = _HOST.match(url or "")
    labels = match.group(1).lower().split(".") if match else []
    known = _hosts()
    return next((known[host] for n in range(len(labels) - 1) if (host := ".".join(labels[n:])) in known), None)


def outlet_of(text: str, last: int) -> str | None:
    """Return who claims the copyright of a flattened page below its article, where it is one name and a year.

    Args:
        text: the page.
        last: offset of the article's last character.
    """
    found = {match.group(1).strip(" .,") for match in _COPYRIGHT.finditer(text, last)}
    names = {name for name in found if any(char.isalpha() for char in name) and not _RIGHTS.match(name)}
    return names.pop() if len(names) == 1 else None


def credits_of(text: str) -> tuple[str, ...]:
    """Return whom the whole page credits, cuts included: datelines, signatures, source lines."""
    found: list[str] = []
    sources = furniture().sources
    for line in (*text[:_HEAD].split("\n"), *text[_HEAD:][-_HEAD:].split("\n")):
        stripped = line.strip()
        if 4 <= len(stripped) <= _LONGEST_LINE and stripped.lower().startswith(sources):
            found.extend(_credited(stripped))
    for pattern in (_DATELINE, _PLACE_AGENCY, _SIGNED):
        for match in pattern.finditer(text):
            named = [names_medium(name) for name in match.group(1).split("/")]
            found.extend(name for name in named if name)
    return tuple(dict.fromkeys(found))[: 2 * _MOST]


def _credited(line: str) -> list[str]:
    """Read a line "Source: …"; a sentence is none."""
    if line.endswith((".", "!", "?")):
        return []
    lower = line.lower()
    for words in furniture().sources:
        if lower.startswith(words) and (rest := line[len(words) :])[:1] in {":", " ", "："}:
            marked = rest.lstrip()[:1] in {":", "："}
            names = [name.strip() for name in re.split(r"[,;/]| and | & ", rest.strip(" :：")) if name.strip()]
            known = [names_medium(name) for name in names]
            if marked or words.endswith(" by") or any(known):
                return [usual or name for usual, name in zip(known, names, strict=True) if len(name) <= 60][:_MOST]
    return []


def byline_of(text: str, first: int, last: int) -> str | None:
    """Return the author where a line near the article is a byline and nothing else.

    Args:
        text: the flattened page.
        first: offset of the article's first character.
        last: offset of its last.
    """
    around = (*text[max(0, first - 600) : first].split("\n"), *text[first : first + 200].split("\n")[:2])
    for line in (*around, *text[last : last + 200].split("\n")):
        found = _byline(line.strip())
        if found is not None:
            return found
    return None


def _byline(line: str) -> str | None:
    if not 6 <= len(line) <= _LONGEST_LINE:
        return None
    lower = line.lower()
    if not lower.startswith(furniture().byline):
        return None
    for words in furniture().byline:
        if lower.startswith((f"{words} ", f"{words}: ")):
            rest = line[len(words) :].lstrip(" :")
            name = re.split(r"\s?[|•·–—]\s?|, (?=[A-Z]{2})", rest)[0].strip()
            match = _NAMES.fullmatch(name)
            capital = all(part[0].isupper() for part in re.findall(_NAME, name) if len(part) > 3)
            return name if match and capital and names_medium(name) is None else None
    return None


def dated_note(text: str) -> str | None:
    """Return a note on a day that stands on the page, or None where there is none."""
    dated = _PAGE_DATE.search(text)
    if dated is None:
        return None
    day = dated.group(1)
    return f"the page bears the date {day}, which need not be the article's; relative dates stay unresolved"
