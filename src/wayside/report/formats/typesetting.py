"""The typesetter: typst with the fonts that come with the program, reading nothing from the network."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import typst

from wayside.report.house import HouseStyle

__all__ = ["FALLBACKS", "font_lists", "fonts_for", "needs_machine", "template"]

FALLBACKS = (
    "Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans K", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo",
    "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "Yu Gothic", "WenQuanYi Zen Hei",
    "Droid Sans Fallback", "Unifont",
)  # fmt: skip
"""Fonts of a machine for writing that the program's own fonts do not have (Korean, Chinese, Japanese), best first."""

_OWN = {"serif": "Libertinus Serif", "sans": "DejaVu Sans", "mono": "DejaVu Sans Mono"}


@cache
def _own_folder() -> Path:
    """Return the folder of matplotlib's fonts: DejaVu, which has Latin, Cyrillic, Greek, Hebrew and Arabic letters."""
    with as_file(files("matplotlib") / "mpl-data" / "fonts" / "ttf") as folder:
        return Path(folder)


@cache
def fonts_for(system: bool) -> typst.Fonts:
    """Return the fonts that a document is set in.

    Args:
        system: whether those of the machine may be used: the bytes of what is made then depend on the machine.
    """
    return typst.Fonts(include_system_fonts=system, font_paths=[str(_own_folder())])


@cache
def _covered() -> frozenset[int]:
    """Return the code points that the program's own sans serif has."""
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415  loads numpy and more

    return frozenset(FT2Font(str(_own_folder() / "DejaVuSans.ttf")).get_charmap())


def needs_machine(texts: Iterable[str], house: HouseStyle) -> bool:
    """Tell whether fonts of the machine are needed: the house names some, or a text has letters of another writing."""
    if house.serif or house.sans or house.mono:
        return True
    letters = {ord(letter) for text in texts for letter in set(text)}
    return any(code > 0x2FF and code not in _covered() for code in letters)


def font_lists(house: HouseStyle, *, system: bool) -> dict[str, list[str]]:
    """Return for serif, sans and mono the names of fonts that are there, in order of preference."""
    there = set(fonts_for(system).families())
    wanted = {"serif": house.serif, "sans": house.sans, "mono": house.mono}
    return {
        kind: [name for name in (*wanted[kind], own, _OWN["sans"], *FALLBACKS) if name in there]
        for kind, own in _OWN.items()
    }


def template(name: str) -> bytes:
    """Return a template of this package."""
    return (files("wayside.report") / "templates" / name).read_bytes()
