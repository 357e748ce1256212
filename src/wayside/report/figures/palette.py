"""The colours and the font of a report's drawings, derived from the house's.

Promises, for every house that its file's reader accepts: letters have a contrast of 4.5 to 1 or more on their ground,
lines and marks that carry meaning 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11), and what must be seen first differs from all
that it stands among for readers of any kind of sight. Where a house's colours cannot keep them, the drawings take the
program's own in their place. What lies on an image (outlines, zones) has its own colours, whatever the house.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from wayside.model.cars import CarType
from wayside.model.visibility import Obstruction
from wayside.report.colours import LEAST_CONTRAST, LEAST_MARK_CONTRAST, apart_for_all, contrast, mixed
from wayside.report.house import HouseStyle

__all__ = [
    "ACCENT",
    "BOUND",
    "CAR_COLOURS",
    "GRID",
    "GROUND",
    "HIDDEN",
    "INK",
    "LEAST_APART",
    "LEVEL",
    "LEVEL_LINE",
    "MUTED",
    "NAVY",
    "OBSTRUCTION_COLOURS",
    "OUTLINE",
    "OWN",
    "Palette",
    "palette_of",
]

INK = "#1c2530"
MUTED = "#55606c"
NAVY = "#1f3a5f"
ACCENT = "#a32a1e"
BOUND = "#5b4a8a"
LEVEL = "#c6d5e6"
LEVEL_LINE = "#567ca6"
GRID = "#dfe3e7"
HIDDEN = "#efebe2"
HIDDEN_TEXT = "#6d6556"
GROUND = "#d7d9da"
PALE = "#eef2f7"
PAPER = "#ffffff"
OUTLINE = "#ffd60a"

LEAST_APART: Final = 15.0
"""CIEDE2000 between what must be seen first and what it stands among, for any kind of sight (``colours.apart``)."""
_MUTED_SHARE = 0.24
_LEAST_BOUND_APART = 9.0
_BOUNDS = (BOUND, "#7a5a1e", "#0f6b74", "#8a2f7a", INK)
_STEPS = 50

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

# The same as lines and edges on white: those that would be too pale there are darker (``_darkened``).
_CAR_LINES: dict[CarType, str] = {
    **CAR_COLOURS,
    CarType.CONTAINER_FLAT: "#c28909",
    CarType.HOPPER: "#4c9ac8",
    CarType.MAINTENANCE: "#9c9709",
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


@dataclass(frozen=True, slots=True)
class Palette:
    """What the drawings of one house are drawn with; the defaults are the program's own look.

    Attributes:
        font: value of ``font-family``, a generic family last.
        paper: the ground, "#rrggbb" as all colours here.
        ink: letters and lines that are read with them.
        muted: letters and lines beside the point: axes, small print.
        primary: counts, events: what is told.
        accent: what must be seen first: the newest count, the rise.
        bound: what others published as a bound over a period.
        level: band of the level, no letters but ``ink`` on it.
        level_line: the level's middle, on the paper and on the band, which is drawn at an opacity of 0.75.
        grid: lines that help the eye; they carry no meaning.
        hidden: ground of times without scenes.
        hidden_text: letters on it.
        pale: ground of boxes, for ``ink`` and ``muted``.
        ground: what stands for pixels that may not be shown.
        whisker: opacity of intervals, 0 to 1.
        car_lines: the car types' colours as lines and edges on the paper.
    """

    font: str = "sans-serif"
    paper: str = PAPER
    ink: str = INK
    muted: str = MUTED
    primary: str = NAVY
    accent: str = ACCENT
    bound: str = BOUND
    level: str = LEVEL
    level_line: str = LEVEL_LINE
    grid: str = GRID
    hidden: str = HIDDEN
    hidden_text: str = HIDDEN_TEXT
    pale: str = PALE
    ground: str = GROUND
    whisker: float = 0.75
    car_lines: Mapping[CarType, str] = field(default_factory=lambda: _CAR_LINES)


OWN: Final = Palette()
"""The program's own look."""


def palette_of(house: HouseStyle) -> Palette:
    """Return what the drawings of a house are drawn with; for the program's own house that is ``OWN``."""
    paper = house.paper
    ink, primary, accent = _roles(house)
    muted = MUTED if (ink, paper) == (INK, PAPER) else mixed(ink, paper, _MUTED_SHARE)
    tinted = (primary, paper) != (NAVY, PAPER)
    level = _level(primary, paper, ink) if tinted else LEVEL
    hidden, ground = (_printed(colour, paper) for colour in (HIDDEN, GROUND))
    return Palette(
        font=", ".join([*(f"'{name}'" for name in house.sans), "sans-serif"]),
        paper=paper,
        ink=ink,
        muted=muted,
        primary=primary,
        accent=accent,
        bound=_bound(paper, (primary, accent)),
        level=level,
        level_line=_until(mixed(paper, primary, 0.5), primary, [paper, level]) if tinted else LEVEL_LINE,
        grid=_printed(GRID, paper),
        hidden=hidden,
        hidden_text=_until(HIDDEN_TEXT, ink, [hidden], LEAST_CONTRAST),
        pale=_tint(paper, mixed(paper, primary, 0.07) if tinted else PALE, 1.0, (ink, muted)),
        ground=ground,
        whisker=_whisker((primary, accent), (paper, level)),
        car_lines=_darkened(paper),
    )


def _roles(house: HouseStyle) -> tuple[str, str, str]:
    """Return ink, primary and accent: the house's, or the first mixture with the program's own that keeps the promises.

    The program's own three keep them on every paper that a house file may name.
    """
    ink, primary, accent = house.ink, house.primary, house.accent
    own = (INK, NAVY, ACCENT)
    tried = ((ink, primary, accent), (ink, primary, ACCENT), (ink, NAVY, accent), (ink, NAVY, ACCENT), own)
    return next((roles for roles in tried if _keeps(*roles, house.paper)), own)


def _keeps(ink: str, primary: str, accent: str, paper: str) -> bool:
    muted = mixed(ink, paper, _MUTED_SHARE)
    readable = all(contrast(colour, paper) >= LEAST_CONTRAST for colour in (ink, muted, primary, accent))
    return readable and all(apart_for_all(accent, other) >= LEAST_APART for other in (ink, muted, primary))


def _darkened(paper: str) -> dict[CarType, str]:
    """Return the car types' colours as lines on a paper: darker where the colour itself would be too pale there."""
    return {kind: _until(colour, INK, [paper], LEAST_MARK_CONTRAST) for kind, colour in CAR_COLOURS.items()}


def _until(colour: str, towards: str, grounds: Iterable[str], least: float = LEAST_MARK_CONTRAST) -> str:
    """Return a colour, mixed with as little of another as lets it stand out from all grounds."""
    there = tuple(grounds)
    for step in range(_STEPS + 1):
        found = mixed(colour, towards, step / _STEPS)
        if all(contrast(found, ground) >= least for ground in there):
            return found
    return towards


def _tint(paper: str, colour: str, share: float, letters: Iterable[str]) -> str:
    """Return the paper with at most a share of a colour in it, so little that letters can be read on it."""
    there = tuple(letters)
    for step in range(_STEPS):
        found = mixed(paper, colour, share * (1 - step / _STEPS))
        if all(contrast(letter, found) >= LEAST_CONTRAST for letter in there):
            return found
    return paper


def _level(primary: str, paper: str, ink: str) -> str:
    """Return the band of the level: as pale as the program's own, and primary stands out from it."""
    for step in range(_STEPS, 0, -1):
        found = mixed(paper, primary, 0.5 * step / _STEPS)
        if contrast(found, paper) <= contrast(LEVEL, PAPER) and contrast(primary, found) >= LEAST_MARK_CONTRAST:
            return _tint(paper, found, 1.0, (ink,))
    return paper


def _printed(colour: str, paper: str) -> str:
    """Return a pale colour as it looks when it is printed on a paper; on white it is itself."""
    pairs = ((int(colour[i : i + 2], 16), int(paper[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(one * other / 255):02x}" for one, other in pairs)


def _bound(paper: str, among: tuple[str, ...]) -> str:
    """Return the first colour for bounds that can be read and told from others, or the one that comes nearest to it."""
    known = [colour for colour in _BOUNDS if contrast(colour, paper) >= LEAST_CONTRAST] or [INK]

    def least(colour: str) -> float:
        return min(apart_for_all(colour, other) for other in among)

    return next((colour for colour in known if least(colour) >= _LEAST_BOUND_APART), max(known, key=least))


def _whisker(colours: tuple[str, ...], grounds: tuple[str, ...]) -> float:
    """Return the least opacity, 0.75 or more, at which lines stand out from what they cross."""
    for hundredths in range(75, 100, 5):
        share = hundredths / 100
        if all(contrast(mixed(g, c, share), g) >= LEAST_MARK_CONTRAST for c in colours for g in grounds):
            return share
    return 1.0
