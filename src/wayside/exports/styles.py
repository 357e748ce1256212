"""How QGIS draws the tables: styles in its own language, QML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.etree import ElementTree as ET

from wayside.exports.dictionary import Kind, Meaning
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


_TIME = "acquired"
_NOW = f'(@map_start_time IS NOT NULL OR "{_TIME}" = maximum("{_TIME}"))'
"""Whether a row is of the newest scene of the layer, or of those that the temporal controller shows."""
_PAST = 12
"""Opacity of earlier scenes, per cent: there, but not mistaken for the newest."""


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


class _Drawn(NamedTuple):
    """How a table is drawn.

    Attributes:
        attribute: the column that decides how a row looks; empty where all rows are alike.
        looks: by value of that column; the one of all rows else.
        label: expression of the labels; empty for none.
        name: expression of what a row is called in lists and tips.
    """

    attribute: str
    looks: tuple[_Look, ...]
    label: str
    name: str


def style_of(meaning: Meaning) -> str:
    """Return the style of a table as QML: how its rows are drawn and labelled, when they were, what columns are called.

    QGIS finds it in the GeoPackage, or in a file beside the table's, and needs nobody to load it.
    """
    drawn = _STYLES[meaning.name]
    root = ET.Element("qgis", {"version": _VERSION, "styleCategories": "Symbology|Labeling|Fields|MapTips|Temporal"})
    if drawn.label:
        root.set("labelsEnabled", "1")
    timed = any(column.name == _TIME for column in meaning.columns)
    if timed:
        _temporal(root)
    kind = "categorizedSymbol" if drawn.attribute else "singleSymbol"
    fixed = {"forceraster": "0", "symbollevels": "0", "enableorderby": "0"}
    renderer = ET.SubElement(root, "renderer-v2", {"type": kind, **fixed})
    if drawn.attribute:
        renderer.set("attr", drawn.attribute)
        _categories(renderer, drawn.looks)
    symbols = ET.SubElement(renderer, "symbols")
    for number, look in enumerate(drawn.looks):
        _symbol(symbols, str(number), look, timed=timed)
    if drawn.label:
        _labels(root, drawn.label, line=drawn.looks[0].kind == "line", timed=timed)
    _names(root, meaning)
    ET.SubElement(root, "previewExpression").text = drawn.name
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _temporal(root: ET.Element) -> None:
    """Tie rows to the moment of their scene, so that QGIS's temporal controller goes through the scenes."""
    said = {
        "enabled": "1", "mode": "1", "startField": _TIME, "endField": "", "durationField": "", "durationUnit": "min",
        "fixedDuration": "0", "accumulate": "0", "startExpression": "", "endExpression": "", "limitMode": "0",
    }  # fmt: skip
    ET.SubElement(root, "temporal", said)


def _names(root: ET.Element, meaning: Meaning) -> None:
    """Give columns readable names with their units; the fields keep theirs."""
    aliases = ET.SubElement(root, "aliases")
    for column in meaning.columns:
        ET.SubElement(aliases, "alias", {"field": column.name, "name": column.title})
    configuration = ET.SubElement(root, "fieldConfiguration")
    for column in meaning.columns:
        if column.kind is Kind.TIME:
            widget = ET.SubElement(
                ET.SubElement(configuration, "field", {"name": column.name}), "editWidget", {"type": "DateTime"}
            )
            options = ET.SubElement(ET.SubElement(widget, "config"), "Option", {"type": "Map"})
            for key, value in (("display_format", "yyyy-MM-dd HH:mm"), ("field_iso_format", "false")):
                kind = "bool" if value == "false" else "QString"
                ET.SubElement(options, "Option", {"name": key, "type": kind, "value": value})


def _categories(renderer: ET.Element, looks: Sequence[_Look]) -> None:
    categories = ET.SubElement(renderer, "categories")
    for number, look in enumerate(looks):
        label = look.value.replace("-", " ")
        said = {"symbol": str(number), "value": look.value, "label": label, "render": "true"}
        ET.SubElement(categories, "category", said)


def _symbol(symbols: ET.Element, name: str, look: _Look, *, timed: bool) -> None:
    fixed = {"alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    symbol = ET.SubElement(symbols, "symbol", {"name": name, "type": look.kind, **fixed})
    if timed:
        past = 0 if look.kind == "line" else _PAST  # lines of all scenes lie beside one another, as a haze
        _driven(symbol, {"alpha": f"CASE WHEN {_NOW} THEN 100 ELSE {past} END"}, "data_defined_properties")
    layer = ET.SubElement(symbol, "layer", {"class": look.layer, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in look.options.items():
        ET.SubElement(options, "Option", {"name": key, "type": "QString", "value": value})
    for key, value in look.options.items():  # QGIS up to 3.24 reads these in the place of the options
        ET.SubElement(layer, "prop", {"k": key, "v": value})


def _driven(parent: ET.Element, expressions: Mapping[str, str], tag: str) -> None:
    """Write properties that an expression decides."""
    outer = ET.SubElement(ET.SubElement(parent, tag), "Option", {"type": "Map"})
    ET.SubElement(outer, "Option", {"name": "name", "type": "QString", "value": ""})
    properties = ET.SubElement(outer, "Option", {"name": "properties", "type": "Map"})
    for name, expression in expressions.items():
        one = ET.SubElement(properties, "Option", {"name": name, "type": "Map"})
        ET.SubElement(one, "Option", {"name": "active", "type": "bool", "value": "true"})
        ET.SubElement(one, "Option", {"name": "expression", "type": "QString", "value": expression})
        ET.SubElement(one, "Option", {"name": "type", "type": "int", "value": "3"})
    ET.SubElement(outer, "Option", {"name": "type", "type": "QString", "value": "collection"})


def _labels(root: ET.Element, expression: str, *, line: bool, timed: bool) -> None:
    labelling = ET.SubElement(root, "labeling", {"type": "simple"})
    settings = ET.SubElement(labelling, "settings", {"calloutType": "simple"})
    said = f"CASE WHEN {_NOW} THEN {expression} END" if timed else expression
    look = {
        "fieldName": said, "isExpression": "1", "fontSize": "9", "fontSizeUnit": "Point", "textColor": _rgba(_INK),
        "namedStyle": "Regular", "textOpacity": "1",
    }  # fmt: skip
    text = ET.SubElement(settings, "text-style", look)
    around = {"bufferDraw": "1", "bufferSize": "1", "bufferSizeUnits": "MM", "bufferColor": "255,255,255,220"}
    ET.SubElement(text, "text-buffer", around)
    # A line's name stands above it; one of a point or an area wherever there is room.
    place = {"placement": "2", "placementFlags": "10"} if line else {"placement": "6" if timed else "1"}
    ET.SubElement(settings, "placement", {**place, "dist": "1", "distUnits": "MM", "priority": "5"})
    ET.SubElement(settings, "rendering", {"obstacle": "0", "scaleVisibility": "0", "drawLabels": "1"})


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


_CARS = tuple(_fill(str(kind), colour, alpha=115, edge=colour, width=0.35) for kind, colour in CAR_COLOURS.items())
_ZONE = _fill("", _ACCENT, alpha=0, edge=_ACCENT, width=0.5)
_DAY = f"""left(to_string("{_TIME}"), 10)"""
_COUNTED = """coalesce("count" || ' (' || "low" || '–' || "high" || ')', 'not counted')"""
_STYLES: Mapping[str, _Drawn] = {
    "cars": _Drawn("type", _CARS, "", f"""{_DAY} || ', ' || "track" || ', ' || "number" || ', ' || "type\""""),
    "tracks": _Drawn("", (_line("", _NAVY, width=0.4),), '"track"', '"track"'),
    "zones": _Drawn("", (_ZONE,), '"zone"', '"zone"'),
    "zone_looks": _Drawn(
        "", (_fill("", _ACCENT, alpha=0, edge=_ACCENT, width=0.3),), "", f"""{_DAY} || ', ' || "zone\""""
    ),
    "occupied": _Drawn(
        "", (_fill("", _ACCENT, alpha=90, edge=_ACCENT, width=0.2),), "", f"""{_DAY} || ', ' || "zone\""""
    ),
    "counts": _Drawn(
        "", (_marker("", _ACCENT, size=3.0),), f"{_DAY} || ': ' || {_COUNTED}", f"{_DAY} || ': ' || {_COUNTED}"
    ),
    "track_counts": _Drawn(
        "", (_line("", _LINE, width=0.6, style="dash"),), '"vehicles"', f"""{_DAY} || ', ' || "track\""""
    ),
    "type_counts": _Drawn("", (_marker("", _LINE, size=1.5),), "", f"""{_DAY} || ', ' || "type\""""),
}
"""By table."""
