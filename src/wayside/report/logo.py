"""Whether a file may be a logo: a PNG, or a plain SVG that runs nothing and loads nothing."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET
from xml.parsers import expat

__all__ = ["logo_fault", "logo_type"]

_MOST_BYTES = 512_000
_MOST_PIXELS = 4000
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    {
        "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title",
        "desc", "defs", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "use", "symbol", "pattern",
    }
)  # fmt: skip
_REACHES = re.compile(r"url\s*\(\s*['\"]?(?!#)|javascript:|@import|expression\s*\(|\\", re.IGNORECASE)
_XLINK = "{http://www.w3.org/1999/xlink}href"


def logo_type(content: bytes) -> str:
    """Return "image/png" or "image/svg+xml"."""
    return "image/png" if content.startswith(_PNG) else "image/svg+xml"


def logo_fault(content: bytes) -> str:
    """Return why a file may not be a logo; empty where it may."""
    if len(content) > _MOST_BYTES:
        return f"the file is larger than {_MOST_BYTES // 1000} kB"
    if content.startswith(_PNG):
        return _png_fault(content)
    return _svg_fault(content)


def _png_fault(content: bytes) -> str:
    if content[12:16] != b"IHDR" or len(content) < 33 or b"IEND" not in content[-16:]:
        return "the PNG file is not whole"
    width, height = (int.from_bytes(content[i : i + 4], "big") for i in (16, 20))
    if not (0 < width <= _MOST_PIXELS and 0 < height <= _MOST_PIXELS):
        return f"the PNG has {width} by {height} pixels; at most {_MOST_PIXELS} each way"
    return ""


def _svg_fault(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return "neither a PNG nor an SVG in UTF-8"
    if re.search(r"<!\s*(DOCTYPE|ENTITY)|<\?xml-stylesheet", text, re.IGNORECASE):
        return "an SVG with a document type or a style sheet; save it as plain SVG"
    try:
        root = ET.fromstring(content)  # noqa: S314  no document type, so no entities; size is limited
    except (ET.ParseError, expat.ExpatError, ValueError) as error:
        return f"neither a PNG nor an SVG: {error}"
    if root.tag != f"{_SVG}svg":
        return "neither a PNG nor an SVG"
    return next(filter(None, (_element_fault(element) for element in root.iter())), "")


def _element_fault(element: ET.Element) -> str:
    tag = str(element.tag)
    if not tag.startswith(_SVG) or tag.removeprefix(_SVG) not in _ELEMENTS:
        return f"the SVG has an element that a plain drawing does not need: {tag.rpartition('}')[2][:40]}"
    for name, value in element.attrib.items():
        short = name.rpartition("}")[2]
        if short.lower().startswith("on"):
            return f"the SVG has an attribute that runs something: {short[:40]}"
        if (short == "href" or name == _XLINK) and not value.startswith("#"):
            return "the SVG leads out of itself"
        if _REACHES.search(value):
            return f"the SVG loads something from outside, in {short[:40]}"
    return ""
