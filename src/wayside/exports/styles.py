"""How QGIS draws the tables: styles in its own language, QML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

from wayside.model.cars import CarType

__all__ = ["CAR_COLOURS", "style_of"]

_VERSION = "3.22.0"
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"

CAR_COLOURS: Mapping[CarType, str] = {
    CarType.GONDOLA: "#0072b2",
    CarType.BOX: "#d55e00",
    CarType.TANK: "#009e73",
    CarType.FLAT: "#cc79a7",
    CarType.CONTAINER_FLAT: "#e69f00",
    CarType.HOPPER: "#56b4e9",
    CarType.PASSENGER: "#8a6d3b",
    CarType.LOCOMOTIVE: "#1c2530",
    CarType.MAINTENANCE: "#b8b000",
    CarType.UNKNOWN: "#8a949e",
}
"""The colours of a report's figures, which readers with colour-deficient sight tell apart; a test holds them equal."""
_INK, _NAVY, _ACCENT, _LINE = "#1c2530", "#1f3a5f", "#a32a1e", "#5d83ad"


class _Look(NamedTuple):
    """How one kind of row is drawn.

    Attributes:
        value: of the column that decides; empty where all rows are alike.
        kind: "fill", "line" or "marker".
        layer: QGIS's class of symbol.
        options: its properties.
    """

    value: str
    kind: str
    layer: str
    options: Mapping[str, str]


def style_of(table: str) -> str:
    """Return the style of a table as QML; the same look for tables that are drawn alike."""
    attribute, looks, label = _STYLES[table]
    root = ET.Element("qgis", {"version": _VERSION, "styleCategories": "Symbology|Labeling"})
    if label:
        root.set("labelsEnabled", "1")
    kind = "categorizedSymbol" if attribute else "singleSymbol"
    fixed = {"forceraster": "0", "symbollevels": "0", "enableorderby": "0"}
    renderer = ET.SubElement(root, "renderer-v2", {"type": kind, **fixed})
    if attribute:
        renderer.set("attr", attribute)
        _categories(renderer, looks)
    symbols = ET.SubElement(renderer, "symbols")
    for number, look in enumerate(looks):
        _symbol(symbols, str(number), look)
    if label:
        _labels(root, label)
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _categories(renderer: ET.Element, looks: Sequence[_Look]) -> None:
    categories = ET.SubElement(renderer, "categories")
    for number, look in enumerate(looks):
        said = {"symbol": str(number), "value": look.value, "label": look.value or "other", "render": "true"}
        ET.SubElement(categories, "category", said)


def _symbol(symbols: ET.Element, name: str, look: _Look) -> None:
    fixed = {"alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    symbol = ET.SubElement(symbols, "symbol", {"name": name, "type": look.kind, **fixed})
    layer = ET.SubElement(symbol, "layer", {"class": look.layer, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in look.options.items():
        ET.SubElement(options, "Option", {"name": key, "type": "QString", "value": value})
    for key, value in look.options.items():  # QGIS up to 3.24 reads these in the place of the options
        ET.SubElement(layer, "prop", {"k": key, "v": value})


def _labels(root: ET.Element, attribute: str) -> None:
    labelling = ET.SubElement(root, "labeling", {"type": "simple"})
    settings = ET.SubElement(labelling, "settings", {"calloutType": "simple"})
    look = {"fieldName": attribute, "isExpression": "0", "fontSize": "9", "textColor": _rgba(_INK)}
    text = ET.SubElement(settings, "text-style", look)
    around = {"bufferDraw": "1", "bufferSize": "1", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,220"}
    ET.SubElement(text, "text-buffer", around)


def _rgba(colour: str, alpha: int = 255) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


def _fill(value: str, colour: str, *, alpha: int, edge: str, width: float = 0.3) -> _Look:
    options = {
        "color": _rgba(colour, alpha), "style": "solid", "outline_color": _rgba(edge), "outline_style": "solid",
        "outline_width": f"{width:g}", "outline_width_unit": "MM", "joinstyle": "miter",
    }  # fmt: skip
    return _Look(value, "fill", "SimpleFill", options)


def _line(value: str, colour: str, *, width: float, style: str = "solid") -> _Look:
    options = {
        "line_color": _rgba(colour), "line_style": style, "line_width": f"{width:g}", "line_width_unit": "MM",
        "capstyle": "flat", "joinstyle": "round",
    }  # fmt: skip
    return _Look(value, "line", "SimpleLine", options)


def _marker(value: str, colour: str, *, size: float) -> _Look:
    options = {
        "name": "circle", "color": _rgba(colour), "outline_color": "255,255,255,255", "outline_width": "0.2",
        "outline_width_unit": "MM", "size": f"{size:g}", "size_unit": "MM",
    }  # fmt: skip
    return _Look(value, "marker", "SimpleMarker", options)


_CARS = tuple(_fill(str(kind), colour, alpha=190, edge=_INK, width=0.15) for kind, colour in CAR_COLOURS.items())
_ZONE = _fill("", _ACCENT, alpha=40, edge=_ACCENT, width=0.5)
_STYLES: Mapping[str, tuple[str, tuple[_Look, ...], str]] = {
    "cars": ("type", _CARS, ""),
    "tracks": ("", (_line("", _NAVY, width=0.4),), "track"),
    "zones": ("", (_ZONE,), "zone"),
    "zone_looks": ("", (_fill("", _ACCENT, alpha=0, edge=_ACCENT, width=0.3),), ""),
    "occupied": ("", (_fill("", _ACCENT, alpha=110, edge=_ACCENT, width=0.2),), ""),
    "counts": ("", (_marker("", _ACCENT, size=3.0),), "count"),
    "track_counts": ("", (_line("", _LINE, width=0.6, style="dash"),), "vehicles"),
    "type_counts": ("", (_marker("", _LINE, size=1.5),), ""),
}
"""By table: the column that decides how a row looks (empty for none), the looks, the column of its label."""
