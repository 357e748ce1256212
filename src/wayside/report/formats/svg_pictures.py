"""The report's drawings as PNG for formats without SVG, and the fonts that drawings get outside of a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import typst

from wayside.errors import OutsideError
from wayside.report.document import Graphic
from wayside.report.formats.typesetting import font_lists, fonts_for, needs_machine
from wayside.report.house import HouseStyle

__all__ = ["png_of", "pngs_of", "with_fonts"]

_ROOT = re.compile(r"<svg\b[^>]*>")
_FAMILY = re.compile(r'font-family="[^"]*"')
_LONGEST_PX = 12_000
_TIGHTER = "-0.03em"
_PAGES = b"""
#let all = json(bytes(sys.inputs.data))
#set page(margin: 0pt)
#for (i, p) in all.enumerate() {
  if i > 0 { pagebreak() }
  set page(width: p.width * 1pt, height: p.height * 1pt, fill: rgb(p.paper))
  image(bytes(p.svg), format: "svg", width: 100%, height: 100%, fit: "stretch")
}
"""


def with_fonts(svg: str, house: HouseStyle, *, system: bool) -> str:
    """Return a drawing whose fonts are named: a rasteriser without a browser's settings knows no generic family.

    The program's own sans serif is wider than those that browsers take for "sans-serif", so its letters stand closer.
    """
    sans = font_lists(house, system=system)["sans"][0]
    root = _ROOT.search(svg)
    if root is None:
        return svg
    family = f'font-family="{sans}"'
    tighter = f' letter-spacing="{_TIGHTER}"' if sans == "DejaVu Sans" else ""
    rest = _FAMILY.sub(family, root[0][4:] + svg[root.end() :])
    own = "" if "font-family" in root[0] else f" {family}"
    return f"{svg[: root.start()]}<svg{own}{tighter}{rest}"


def png_of(graphic: Graphic, house: HouseStyle, *, width_px: int) -> bytes:
    """Return one drawing as a PNG image (arguments and errors as ``pngs_of``)."""
    return pngs_of((graphic,), house, width_px=width_px)[0]


def pngs_of(graphics: Sequence[Graphic], house: HouseStyle, *, width_px: int) -> list[bytes]:
    """Return drawings as PNG images on the house's paper, all of them made in one go.

    Args:
        graphics: the drawings.
        house: its sans serif is used where the machine has it.
        width_px: width of each image, 16 or more; a very tall drawing is made narrower, so that no side passes 12,000.

    Raises:
        OutsideError: a drawing cannot be read.
    """
    if not graphics:
        return []
    system = needs_machine([graphic.svg for graphic in graphics], house)
    pages = [_page(graphic, house, width_px, system=system) for graphic in graphics]
    try:
        made: bytes | list[bytes] = typst.compile(
            _PAGES, format="png", ppi=72.0, sys_inputs={"data": json.dumps(pages)}, font_paths=fonts_for(system=system)
        )
    except typst.TypstError as fault:
        raise OutsideError(f"a drawing cannot be made into a picture ({str(fault)[:200]})") from fault
    # One picture comes as bytes, several as a list of them, whatever the annotations of the package say.
    return [made] if isinstance(made, bytes) else list(made)


def _page(graphic: Graphic, house: HouseStyle, width_px: int, *, system: bool) -> dict[str, str | int]:
    ratio = graphic.height / graphic.width
    width = max(1, min(width_px, round(_LONGEST_PX / ratio)))
    height = max(1, round(width * ratio))
    return {
        "svg": with_fonts(graphic.svg, house, system=system),
        "width": width,
        "height": height,
        "paper": house.paper,
    }
