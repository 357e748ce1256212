"""Colours as numbers: how well letters stand out from their ground, and what lies between two colours."""

from __future__ import annotations

import re

from wayside.model.checks import require

__all__ = ["LEAST_CONTRAST", "contrast", "is_colour", "mixed"]

LEAST_CONTRAST = 4.5
"""Contrast ratio of text that WCAG 2.2 asks for at level AA (success criterion 1.4.3)."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def is_colour(text: str) -> bool:
    """Whether a text is a colour "#rrggbb"."""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours "#rrggbb", 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Return the colour that holds ``share`` (0 to 1) of ``other`` and the rest of ``one``."""
    require(0 <= share <= 1, f"a share lies within 0 to 1, not {share}")
    parts = [round(a + (b - a) * share) for a, b in zip(_channels(one), _channels(other), strict=True)]
    return "#" + "".join(f"{part:02x}" for part in parts)


def _channels(colour: str) -> tuple[int, int, int]:
    require(is_colour(colour), f"a colour is written #rrggbb, not {colour[:20]!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
