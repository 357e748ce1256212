"""The colours of a report, in one place; pairs used for text on ground have a contrast of 4.5 to 1 or more."""

from __future__ import annotations

from wayside.model.cars import CarType
from wayside.model.visibility import Obstruction

__all__ = [
    "ACCENT",
    "BOUND",
    "CAR_COLOURS",
    "GRID",
    "GROUND",
    "HIDDEN",
    "INK",
    "LEVEL",
    "LEVEL_LINE",
    "MUTED",
    "NAVY",
    "OBSTRUCTION_COLOURS",
    "OUTLINE",
]

INK = "#1c2530"
MUTED = "#55606c"
NAVY = "#1f3a5f"
ACCENT = "#a32a1e"
BOUND = "#5b4a8a"
LEVEL = "#c6d5e6"
LEVEL_LINE = "#5d83ad"
GRID = "#dfe3e7"
HIDDEN = "#efebe2"
GROUND = "#d7d9da"
OUTLINE = "#ffd60a"

# After Okabe and Ito, "Color universal design" (2008), which readers with colour-deficient sight tell apart.
CAR_COLOURS: dict[CarType, str] = {
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

# What hides track: dark enough for letters on white, and each is named wherever it stands.
OBSTRUCTION_COLOURS: dict[Obstruction, str] = {
    Obstruction.OUTSIDE: "#55606c",
    Obstruction.NODATA: "#55606c",
    Obstruction.DEFECTIVE: "#8a2f7a",
    Obstruction.CLOUD: "#1f5fa8",
    Obstruction.CLOUD_SHADOW: "#3b3f8f",
    Obstruction.HAZE: "#0f6b74",
    Obstruction.BLUR: "#7a5a1e",
    Obstruction.SATURATED: "#9a4a00",
    Obstruction.SHADOW: "#2b2b2b",
}
