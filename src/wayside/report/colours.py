"""Colours as numbers: how well letters stand out from their ground, what lies between two colours, and who sees which.

Colours are written "#rrggbb" in sRGB (IEC 61966-2-1).
"""

from __future__ import annotations

import math
import re
from enum import StrEnum

from wayside.model.checks import require

__all__ = [
    "LEAST_CONTRAST",
    "LEAST_MARK_CONTRAST",
    "Sight",
    "apart",
    "apart_for_all",
    "contrast",
    "difference",
    "is_colour",
    "mixed",
    "seen_by",
]

LEAST_CONTRAST = 4.5
"""Contrast ratio of text that WCAG 2.2 asks for at level AA (success criterion 1.4.3)."""
LEAST_MARK_CONTRAST = 3.0
"""Contrast ratio of lines and marks that are needed to understand a picture (WCAG 2.2, success criterion 1.4.11)."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_Triple = tuple[float, float, float]


class Sight(StrEnum):
    """How colours are seen: by most readers, and by those who lack one of the three kinds of cones."""

    ALL_CONES = "all cones"
    PROTANOPIA = "protanopia"
    DEUTERANOPIA = "deuteranopia"
    TRITANOPIA = "tritanopia"


_LACKING: dict[Sight, tuple[_Triple, _Triple, _Triple]] = {
    Sight.PROTANOPIA: (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    Sight.DEUTERANOPIA: (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    Sight.TRITANOPIA: (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
"""What linear red, green and blue become, severity 1.0: Machado, Oliveira and Fernandes, "A Physiologically-based Model
for Simulation of Color Vision Deficiency", IEEE TVCG 15 (2009), 1291-1298."""

_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
_WHITE = (0.95047, 1.0, 1.08883)


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


def seen_by(colour: str, sight: Sight) -> str:
    """Return the colour that most readers would have to look at to see what one of ``sight`` sees of ``colour``."""
    if sight is Sight.ALL_CONES:
        return colour
    linear = _linear(colour)
    parts = [min(max(sum(k * part for k, part in zip(row, linear, strict=True)), 0.0), 1.0) for row in _LACKING[sight]]
    bent = [12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in parts]
    return "#" + "".join(f"{round(255 * part):02x}" for part in bent)


def apart(one: str, other: str, sight: Sight = Sight.ALL_CONES) -> float:
    """Return how different two colours look to a reader: CIEDE2000; about 1 is just seen, 100 is black on white."""
    return difference(_lab(seen_by(one, sight)), _lab(seen_by(other, sight)))


def apart_for_all(one: str, other: str) -> float:
    """Return the least difference (``apart``) of two colours over all kinds of sight."""
    return min(apart(one, other, sight) for sight in Sight)


def difference(one: _Triple, other: _Triple) -> float:
    """Return CIEDE2000 of two colours in CIELAB.

    After Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula", Color Research and Application 30 (2005),
    21-30, with all weights 1.
    """
    mean_c7 = ((math.hypot(*one[1:]) + math.hypot(*other[1:])) / 2) ** 7
    stretch = 1 + 0.5 * (1 - math.sqrt(mean_c7 / (mean_c7 + 25.0**7)))
    (l1, c1, h1), (l2, c2, h2) = _polar(one, stretch), _polar(other, stretch)
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    if c1 * c2 and abs(h2 - h1) == 180:
        turn, hue = h2 - h1, (h1 + h2) / 2
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    across = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    t = 1 - 0.17 * _cos(hue - 30) + 0.24 * _cos(2 * hue) + 0.32 * _cos(3 * hue + 6) - 0.20 * _cos(4 * hue - 63)
    per_light = 1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2)
    per_chroma, per_hue = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    bend = 60 * math.exp(-(((hue - 275) / 25) ** 2))
    both = -2 * math.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * math.sin(math.radians(bend))
    parts = ((l2 - l1) / per_light, (c2 - c1) / per_chroma, across / per_hue)
    return math.sqrt(max(0.0, sum(part**2 for part in parts) + both * parts[1] * parts[2]))


def _polar(lab: _Triple, stretch: float) -> _Triple:
    a = lab[1] * stretch
    return lab[0], math.hypot(a, lab[2]), math.degrees(math.atan2(lab[2], a)) % 360


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def _lab(colour: str) -> _Triple:
    """Return a colour in CIELAB, D65."""
    linear = _linear(colour)
    ratios = [
        sum(k * part for k, part in zip(row, linear, strict=True)) / white
        for row, white in zip(_XYZ, _WHITE, strict=True)
    ]
    x, y, z = (r ** (1 / 3) if r > (6 / 29) ** 3 else r / (3 * (6 / 29) ** 2) + 4 / 29 for r in ratios)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _channels(colour: str) -> tuple[int, int, int]:
    require(is_colour(colour), f"a colour is written #rrggbb, not {colour[:20]!r}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(colour: str) -> _Triple:
    red, green, blue = (channel / 255 for channel in _channels(colour))
    return _straight(red), _straight(green), _straight(blue)


def _straight(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
