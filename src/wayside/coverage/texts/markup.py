"""One pass over a web page's source: its visible text with the place of every character, and what its head declares.

The pass is linear for any input: it never looks twice for a mark that it did not find. It repairs nothing and builds
no tree; where a browser would, an unclosed comment or script runs to the end of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from wayside.model.documents import Segment

__all__ = ["Markup", "MetaTag", "lay_out"]

_RAW: Final = frozenset({"script", "style", "textarea", "xmp", "iframe", "noembed", "noframes", "title"})
_HIDDEN: Final = frozenset({"noscript", "template", "svg", "math", "canvas", "select", "button"})
_BLOCKS: Final = frozenset({
    "p", "div", "br", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "caption",
    "thead", "tbody", "section", "article", "header", "footer", "nav", "aside", "blockquote", "figure", "figcaption",
    "main", "form", "option", "title", "pre", "hr", "address", "fieldset", "legend", "details", "summary", "center",
    "body", "label", "td", "th",
})  # fmt: skip
_VOID: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
_SKIPPED: Final = frozenset({"nav", "footer", "aside"})
_CELLS: Final = frozenset({"td", "th"})
_NAME: Final = re.compile(r"/?([A-Za-z][A-Za-z0-9:-]{0,30})")
_ATTRIBUTE: Final = re.compile(
    r"""([A-Za-z_:][\w:.-]{0,40})\s{0,4}=\s{0,4}(?:"([^"]{0,4096})"|'([^']{0,4096})'|([^\s"'>]{1,4096}))"""
)
_REFERENCE: Final = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_TAG_MARK: Final = re.compile("[\"'>]")
_NOT_SHOWN: Final = re.compile(r"\bhidden\b|display\s{0,2}:\s{0,2}none", re.IGNORECASE)
_BLANKS: Final = str.maketrans("\n\r\t\f\v", "     ")
_LONG_TAG: Final = 2048
_MAX_METAS: Final = 400
_MAX_SCRIPT: Final = 2**20


@dataclass(frozen=True, slots=True)
class MetaTag:
    """A tag that says something of the page.

    Attributes:
        tag: "meta", "link", "time", "html" or "base".
        attributes: names in lower case, values with their references resolved.
        at: offset of the tag in the source.
    """

    tag: str
    attributes: dict[str, str]
    at: int


@dataclass(slots=True)
class Markup:
    """What one pass over a page's source finds; filled by ``lay_out`` alone.

    Attributes:
        text: visible text, blocks separated by line feeds.
        segments: where its characters stand in the source.
        slim: the source without scripts, styles, comments and overlong attributes, for building a tree.
        metas: tags that say something of the page, in order.
        linked_data: contents of JSON-LD scripts.
        title: content of ``<title>``, or "".
        headings: ranges of ``text`` in ``<h1>``.
        skipped: ranges of ``text`` in navigation, footers, asides, and elements that are not shown.
        depth: greatest nesting of elements.
        tags: number of tags.
    """

    text: str = ""
    segments: tuple[Segment, ...] = ()
    slim: str = ""
    metas: list[MetaTag] = field(default_factory=list)
    linked_data: list[str] = field(default_factory=list)
    title: str = ""
    headings: list[tuple[int, int]] = field(default_factory=list)
    skipped: list[tuple[int, int]] = field(default_factory=list)
    depth: int = 0
    tags: int = 0


def lay_out(source: str) -> Markup:
    """Read a page's source once."""
    return _Pass(source).run()


class _Pass:
    """The state of the pass: where it stands, what is open, what it has found."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._found = Markup()
        self._pieces: list[str] = []
        self._segments: list[Segment] = []
        self._slim: list[str] = []
        self._length = 0
        self._pre = 0
        self._hidden: list[str] = []
        self._hidden_depth = 0
        self._skips: list[tuple[str, int, int]] = []
        self._heading = -1
        self._depth = 0
        self._missing: set[str] = set()

    def run(self) -> Markup:
        source, at, end = self._source, 0, len(self._source)
        while at < end:
            tag = source.find("<", at)
            tag = end if tag < 0 else tag
            if tag > at:
                self._text(at, tag)
            at = self._tag(tag) if tag < end else end
        found = self._found
        found.text = "".join(self._pieces)
        found.segments = tuple(self._segments)
        found.slim = "".join(self._slim)
        for _, start, _ in self._skips:
            found.skipped.append((start, self._length))
        return found

    def _find(self, mark: str, at: int) -> int:
        """Find a mark; one that is not there is not looked for again."""
        if mark in self._missing:
            return -1
        found = self._source.find(mark, at)
        if found < 0:
            self._missing.add(mark)
        return found

    def _tag(self, at: int) -> int:
        source = self._source
        following = source[at + 1 : at + 2]
        if following in {"!", "?"}:
            return self._declaration(at)
        match = _NAME.match(source, at + 1)
        if match is None:
            self._text(at, at + 1)
            return at + 1
        stop = self._tag_end(match.end())
        name = match.group(1).lower()
        if following == "/":
            self._close(name)
        else:
            self._open(name, at, stop, match.end())
        if stop - at <= _LONG_TAG:
            self._keep(at, stop, name)
        else:
            self._slim.append(f"<{'/' if following == '/' else ''}{name}>")
        return self._raw(name, stop) if name in _RAW and following != "/" else stop

    def _keep(self, at: int, stop: int, name: str) -> None:
        if name not in {"script", "style", "iframe"}:
            self._slim.append(self._source[at:stop])

    def _declaration(self, at: int) -> int:
        source = self._source
        if source.startswith("<!--", at):
            stop = self._find("-->", at + 4)
            return stop + 3 if stop >= 0 else len(source)
        if source.startswith("<![CDATA[", at):
            stop = self._find("]]>", at)
            return stop + 3 if stop >= 0 else len(source)
        stop = self._find(">", at)
        return stop + 1 if stop >= 0 else len(source)

    def _tag_end(self, at: int) -> int:
        """Find the end of a tag, quoted values skipped; without one, the tag runs to the end of the page."""
        source = self._source
        while True:
            mark = _TAG_MARK.search(source, at) if "tag end" not in self._missing else None
            if mark is None:
                self._missing.add("tag end")
                return len(source)
            at = mark.end()
            if mark.group() == ">":
                return at
            if source[max(0, at - 4) : at - 1].rstrip().endswith("="):
                after = self._find(mark.group(), at)
                at = after + 1 if after >= 0 else at

    def _open(self, name: str, at: int, stop: int, attributes: int) -> None:
        found = self._found
        found.tags += 1
        if name not in _VOID:
            self._depth += 1
            found.depth = max(found.depth, self._depth)
        if name in {"meta", "link", "time", "html", "base", "script"}:
            self._remember(name, at, attributes, stop)
        if self._hidden:
            if name == self._hidden[-1]:
                self._hidden_depth += 1
            return
        if name in _HIDDEN:
            self._hidden.append(name)
            self._hidden_depth = 1
            return
        self._pre += name == "pre"
        if name in _CELLS:
            self._gap()
        elif name in _BLOCKS:
            self._break()
        if name in _SKIPPED or self._is_hidden(name, attributes, stop):
            self._skips.append((name, self._length, self._depth))
        elif name == "h1":
            self._heading = self._length

    def _is_hidden(self, name: str, attributes: int, stop: int) -> bool:
        if name not in {"div", "section", "span", "p", "ul", "li", "a"} or stop - attributes < 8:
            return False
        written = self._source[attributes : min(stop, attributes + _LONG_TAG)]
        return bool(_NOT_SHOWN.search(written)) and self._truly_hidden(written)

    @staticmethod
    def _truly_hidden(written: str) -> bool:
        """Tell the attribute ``hidden`` from a class that bears the word."""
        pairs = {name.lower(): value for name, *value in _ATTRIBUTE.findall(written)}
        bare = re.sub(_ATTRIBUTE, " ", written).lower().replace("/", " ").replace(">", " ").split()
        style = " ".join(pairs.get("style", [])).lower().replace(" ", "")
        return "hidden" in bare or "hidden" in pairs or "display:none" in style

    def _close(self, name: str) -> None:
        depth = self._depth
        self._depth = max(0, depth - 1)
        if self._hidden:
            if name == self._hidden[-1]:
                self._hidden_depth -= 1
                if self._hidden_depth <= 0:
                    self._hidden.pop()
            elif name in {"body", "html"}:
                self._hidden.clear()
            return
        if name == "h1" and 0 <= self._heading < self._length:
            self._found.headings.append((self._heading, self._length))
            self._heading = -1
        self._pre = max(0, self._pre - (name == "pre"))
        while self._skips and self._skips[-1][2] >= depth:
            _, start, opened = self._skips[-1]
            if opened == depth and self._skips[-1][0] != name:
                break
            self._skips.pop()
            self._found.skipped.append((start, self._length))
        if name in _BLOCKS and name not in _CELLS:
            self._break()

    def _raw(self, name: str, at: int) -> int:
        """Skip what is not markup up to the closing tag; keep linked data and the title."""
        source = self._source
        found = re.compile(rf"</{name}\b", re.IGNORECASE).search(source, at) if name not in self._missing else None
        if found is None:
            self._missing.add(name)
            if name in {"title", "textarea"}:
                return at
            self._slim.append(f"</{name}>" if name in {"textarea", "xmp", "noembed", "noframes"} else "")
            return len(source)
        content = source[at : found.start()]
        if name == "title":
            self._found.title = self._found.title or unescape(content[:1000]).strip()
            self._slim.append(content[:1000])
        elif name == "script" and self._is_linked_data():
            self._found.linked_data.append(content[:_MAX_SCRIPT])
        return found.start()

    def _is_linked_data(self) -> bool:
        last = self._found.metas[-1] if self._found.metas else None
        if last is None or last.tag != "script":
            return False
        self._found.metas.pop()
        return "ld+json" in last.attributes.get("type", "").lower() and len(self._found.linked_data) < 20

    def _remember(self, name: str, at: int, attributes: int, stop: int) -> None:
        if len(self._found.metas) >= _MAX_METAS:
            return
        written = self._source[attributes : min(stop, attributes + 4 * _LONG_TAG)]
        pairs = {key.lower(): unescape(a or b or c) for key, a, b, c in _ATTRIBUTE.findall(written)}
        self._found.metas.append(MetaTag(name, pairs, at))

    def _text(self, at: int, stop: int) -> None:
        source = self._source
        self._slim.append(source[at:stop])
        if self._hidden:
            return
        while at < stop:
            reference = source.find("&", at, stop)
            if reference < 0:
                self._add(source[at:stop], at, stop - at)
                return
            if reference > at:
                self._add(source[at:reference], at, reference - at)
            match = _REFERENCE.match(source, reference, stop)
            if match is None:
                self._add("&", reference, 1)
                at = reference + 1
            else:
                at = self._reference(match.group(), reference)

    def _reference(self, written: str, at: int) -> int:
        meaning = unescape(written)
        if len(meaning) == 1:
            self._add(meaning if "\x20" <= meaning < "\ud800" or meaning > "\udfff" else " ", at, len(written))
            return at + len(written)
        if meaning == written:
            self._add("&", at, 1)
            return at + 1
        # "&notit;" means "¬it;": only the part before counts; two code points for one reference are shown as one blank.
        rest = next((n for n in range(1, len(meaning)) if written.endswith(meaning[n:]) and len(meaning[:n]) == 1), 0)
        length = len(written) - len(meaning) + rest if rest else len(written)
        self._add(meaning[:rest] if rest else " ", at, length)
        return at + length

    def _add(self, piece: str, at: int, length: int) -> None:
        self._segments.append(Segment(self._length, at, len(piece), length))
        # A line end in the source is a blank on the page, but in preformatted text.
        self._pieces.append(piece if self._pre else piece.translate(_BLANKS))
        self._length += len(piece)

    def _break(self) -> None:
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self._pieces.append("\n")
            self._length += 1

    def _gap(self) -> None:
        """Keep the cells of a row on one line, apart."""
        if self._pieces and not self._pieces[-1].endswith(("\n", "\t")):
            self._pieces.append("\t")
            self._length += 1
