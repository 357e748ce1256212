"""SPDX licence expressions, and what each licence means for a picture in a report.

The grammar is that of the SPDX specification, annex D: ``WITH`` binds before ``AND``, ``AND`` before ``OR``. Of terms
joined by ``AND`` all hold, so the strictest rules; of terms joined by ``OR`` the user chooses, so the mildest does.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wayside.model.scenes import Publication

__all__ = ["Terms", "expression_terms", "is_listed", "mildest", "normal_id", "strictest"]

_STRICTNESS = (Publication.YES, Publication.WITH_ATTRIBUTION, Publication.NO)
_TOKEN = re.compile(r"\s*([()]|[A-Za-z0-9.:+-]+)\s*", re.ASCII)
_LONGEST = 300
_DEEPEST = 16

_FREE = frozenset({"CC0-1.0", "PDDL-1.0", "CC-PDDC", "CC-PDM-1.0", "UNLICENSE", "0BSD", "MIT-0", "DL-DE-ZERO-2.0"})
_CREDITED = frozenset({
    "ODBL-1.0", "ODC-BY-1.0", "OGL-UK-1.0", "OGL-UK-2.0", "OGL-UK-3.0", "OGL-CANADA-2.0", "OGDL-TAIWAN-1.0",
    "ETALAB-2.0", "DL-DE-BY-2.0", "NLOD-1.0", "NLOD-2.0", "CDLA-PERMISSIVE-1.0", "CDLA-PERMISSIVE-2.0",
    "CDLA-SHARING-1.0", "MIT", "APACHE-2.0", "BSD-2-CLAUSE", "BSD-3-CLAUSE", "ISC",
})  # fmt: skip
_CREATIVE_COMMONS = re.compile(
    r"CC-BY(?P<nc>-NC)?(?P<nd>-ND)?(?P<sa>-SA)?-(?:1\.0|2\.0|2\.5|3\.0|4\.0)(?:-[A-Z]{2,3})?", re.ASCII
)
_CC_ADDRESS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>by(?:-nc)?(?:-nd|-sa)?)/(?P<version>\d\.\d)(?:/(?P<port>igo|[a-z]{2})\b)?"
    r"|publicdomain/(?P<free>zero|mark)/1\.0)",
    re.ASCII | re.IGNORECASE,
)
_CC_WORDS = re.compile(r"CC[ -]?BY(?P<kind>(?:[ -](?:NC|ND|SA))*)[ -](?P<version>\d\.\d)(?P<rest>.*)", re.ASCII)
_ALIASES = {"CC0": "CC0-1.0", "CC-0": "CC0-1.0", "PUBLIC DOMAIN": "CC-PDM-1.0", "PUBLIC-DOMAIN": "CC-PDM-1.0"}


class Terms(NamedTuple):
    """What terms allow.

    Attributes:
        publication: whether the image may be shown.
        why: one sentence.
    """

    publication: Publication
    why: str


def strictest(*terms: Terms) -> Terms:
    """Return those that allow least; the first of equals."""
    return max(terms, key=lambda t: _STRICTNESS.index(t.publication))


def mildest(*terms: Terms) -> Terms:
    """Return those that allow most; the first of equals."""
    return min(terms, key=lambda t: _STRICTNESS.index(t.publication))


def normal_id(text: str) -> str:
    """Return a licence's SPDX id where it is written in words or as an address; else ``text`` as it is.

    "CC BY 4.0", "cc-by-4.0" and "https://creativecommons.org/licenses/by/4.0/" are all CC-BY-4.0.
    """
    stripped = " ".join(text.split())
    if address := _CC_ADDRESS.search(stripped):
        if address["free"]:
            return "CC0-1.0" if address["free"].lower() == "zero" else "CC-PDM-1.0"
        port = f"-{address['port']}" if address["port"] else ""
        return f"CC-{address['kind']}-{address['version']}{port}".upper()
    if (words := _CC_WORDS.fullmatch(stripped.upper())) and re.fullmatch(r"(?:-[A-Z]{2,3})?", words["rest"], re.ASCII):
        return f"CC-BY{words['kind'].replace(' ', '-')}-{words['version']}{words['rest']}"
    return _ALIASES.get(stripped.upper(), stripped)


def is_listed(name: str) -> bool:
    """Tell whether a name is the SPDX id of a licence whose terms are known here."""
    upper = name.upper()
    return upper in _FREE or upper in _CREDITED or _CREATIVE_COMMONS.fullmatch(upper) is not None


def _one(name: str) -> Terms:
    """Return what a single licence allows."""
    upper = name.upper().removesuffix("+")
    if upper in _FREE:
        return Terms(Publication.YES, f"{name} puts no condition on showing the image.")
    if upper in _CREDITED:
        return Terms(Publication.WITH_ATTRIBUTION, f"{name} lets everyone show the image with its attribution.")
    match = _CREATIVE_COMMONS.fullmatch(upper)
    if match is None:
        return Terms(Publication.NO, f"Whether {name} allows showing the image is not known here.")
    if match["nc"]:
        return Terms(
            Publication.NO, f"{name} allows no commercial use, and whether a reader's use is commercial is not known."
        )
    if match["nd"]:
        return Terms(Publication.NO, f"{name} allows no derivatives, and a cropped picture with outlines is one.")
    alike = " and under the same licence" if match["sa"] else ""
    return Terms(Publication.WITH_ATTRIBUTION, f"{name} lets everyone show the image with its attribution{alike}.")


def expression_terms(text: str) -> Terms | None:
    """Return what an SPDX expression allows; None where it is not one, or longer or deeper than any real one."""
    if len(text) > _LONGEST:
        return None
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        tokens.append(match[1])
        at = match.end()
    parser = _Parser(tokens)
    try:
        found = parser.either(0)
    except _NotAnExpressionError:
        return None
    return found if parser.done else None


class _NotAnExpressionError(Exception):
    """The text breaks the grammar; never leaves this module."""


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at == len(self._tokens)

    def _takes(self, word: str) -> bool:
        if self.done or self._tokens[self._at] not in {word, word.lower()}:
            return False
        self._at += 1
        return True

    def _name(self) -> str:
        if self.done or self._tokens[self._at].upper() in {"(", ")", "AND", "OR", "WITH"}:
            raise _NotAnExpressionError
        self._at += 1
        return self._tokens[self._at - 1]

    def either(self, depth: int) -> Terms:
        found = self._both(depth)
        while self._takes("OR"):
            found = mildest(found, self._both(depth))
        return found

    def _both(self, depth: int) -> Terms:
        found = self._single(depth)
        while self._takes("AND"):
            found = strictest(found, self._single(depth))
        return found

    def _single(self, depth: int) -> Terms:
        if self._takes("("):
            if depth == _DEEPEST:
                raise _NotAnExpressionError
            found = self.either(depth + 1)
            if not self._takes(")"):
                raise _NotAnExpressionError
            return found
        name = self._name()
        if self._takes("WITH"):
            self._name()
        return _one(name)
