"""What other programs read in the files that are written: lxml, markdown-it, python-docx, pypdf."""

from __future__ import annotations

import re
import unicodedata
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pypdf
from lxml import etree, html
from markdown_it import MarkdownIt

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ORNAMENT = "{http://schemas.microsoft.com/office/drawing/2017/decorative}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def bare(text: str) -> str:
    """Letters alone: no blanks, no marks of direction or of places to break, one shape of each letter, small."""
    kept = "".join(letter for letter in text if unicodedata.category(letter) not in {"Cf", "Zs", "Cc"})
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", kept)).casefold()


def html_text(page: str) -> str:
    tree = html.fromstring(page)
    for gone in tree.xpath("//style | //head"):
        gone.getparent().remove(gone)
    return str(tree.text_content())


def html_alternatives(page: str) -> list[str]:
    return [str(svg.get("aria-label") or "") for svg in html.fromstring(page).iter("svg")]


def parsed(text: str) -> list[Any]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def _content(token: Any) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return "" if token.type == "image" else str(token.content)


def markdown_text(text: str) -> str:
    found: list[str] = []
    for token in parsed(text):
        found += [_content(child) for child in token.children or ()]
    return "\n".join(found)


def markdown_kinds(text: str) -> set[str]:
    tokens = parsed(text)
    return {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}


def markdown_images(text: str) -> list[tuple[str, str]]:
    found = []
    for token in parsed(text):
        found += [(str(c.attrs["src"]), c.content) for c in token.children or () if c.type == "image"]
    # The content of an image is Markdown still: read it again.
    return [(source, markdown_text(content) if content else "") for source, content in found]


def docx_text(data: bytes) -> str:
    body = docx.Document(BytesIO(data)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(f"{_WORD}t")) for p in body.iter(f"{_WORD}p"))


def docx_alternatives(data: bytes) -> list[str]:
    body = docx.Document(BytesIO(data)).element.body
    return [str(one.get("descr") or "") for one in body.iter(f"{_DRAWING}docPr") if not _ornament(one)]


def docx_ornaments(data: bytes) -> list[str]:
    """What is said of each picture that is marked as an ornament: nothing."""
    body = docx.Document(BytesIO(data)).element.body
    return [str(one.get("descr") or "") for one in body.iter(f"{_DRAWING}docPr") if _ornament(one)]


def _ornament(properties: Any) -> bool:
    return any(part.get("val") == "1" for part in properties.iter(f"{_ORNAMENT}decorative"))


def docx_parts(data: bytes) -> dict[str, Any]:
    with ZipFile(BytesIO(data)) as read:
        names = [name for name in read.namelist() if name.endswith((".xml", ".rels"))]
        return {name: etree.fromstring(read.read(name)) for name in names}


def pdf_text(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)


def pdf_tags(data: bytes, key: str) -> list[str]:
    """Every value of a key (/Alt, /S) in the tree of tags, in order of reading."""
    root = pypdf.PdfReader(BytesIO(data)).trailer["/Root"]["/StructTreeRoot"]
    found: list[str] = []
    todo: list[Any] = [root]
    while todo:
        node = todo.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, dict):
            if key in node:
                found.append(str(node[key]))
            kids = node.get("/K", [])
            kids = kids.get_object() if hasattr(kids, "get_object") else kids
            todo += list(reversed(kids)) if isinstance(kids, list) else [kids]
    return found
