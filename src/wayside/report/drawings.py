"""Pictures in a report: a drawing, the panels of a figure, its key, and the figure with its caption and credit.

They are part of the block tree of ``report/document``, which names them again.
"""

from __future__ import annotations

from dataclasses import dataclass

from wayside.model.checks import require, require_text
from wayside.report.spans import Line

__all__ = ["Figure", "Graphic", "Key", "Panel"]


@dataclass(frozen=True, slots=True)
class Graphic:
    """A picture: an SVG drawing that stands by itself: generic fonts, its images in it, no style from outside.

    Attributes:
        svg: the drawing.
        width, height: its extent in its own units; their ratio is the picture's.
        alt: what it shows, for readers who do not see it; empty for an ornament.
        least_px: from this width of page on it is shown, where a panel has several of one subject; 0 for always.
        scroll_px: a page narrower than this lets it scroll sideways, where shrinking would make it unreadable; 0 for
            never.
    """

    svg: str
    width: float
    height: float
    alt: str = ""
    least_px: int = 0
    scroll_px: int = 0

    def __post_init__(self) -> None:
        require(self.width > 0 and self.height > 0, "a picture has an extent")


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a figure.

    Attributes:
        heading: over it; may be empty.
        graphics: one picture or several, all of them shown one below the other; or, with ``alternatives``, the same
            subject for several widths of page, the widest first, of which one is shown.
        under: what stands under it: count, pixel size, what is hidden, whose image it is.
        foldable: whether a page may show it closed at first.
        alternatives: whether ``graphics`` are one subject drawn several times; paper takes the second of three.
        credit: whose image it is; empty where the figure's credit says it or none is needed.
        group: heading over this panel and those that follow it with the same group; may be empty. Foldable panels of a
            group are closed together under it.
        id: id of the block; may be empty.
    """

    heading: Line
    graphics: tuple[Graphic, ...]
    under: tuple[Line, ...] = ()
    foldable: bool = False
    alternatives: bool = False
    credit: Line = ()
    group: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        require(self.graphics, "a panel has a picture")


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a figure's key.

    Attributes:
        text: what it means.
        colour: "#rrggbb" of its swatch; empty for a dashed or drawn mark.
        mark: a small picture in the place of a swatch; None for none.
        style: "solid", "open", "dashed" or "hatched".
    """

    text: str
    colour: str = ""
    mark: Graphic | None = None
    style: str = "solid"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its number, key, caption and credit.

    Attributes:
        id: id of the block ("figure-1").
        label: "Figure 1."; set when the report is put together.
        caption: what it shows.
        panels: one or more, in order of reading.
        credit: whose images it shows; empty for none.
        side_by_side: whether the panels may stand beside each other.
        keys: its key; may be empty.
        outlines: whether its outlines of cars can be switched off on a page.
    """

    id: str
    label: str
    caption: Line
    panels: tuple[Panel, ...]
    credit: Line = ()
    side_by_side: bool = False
    keys: tuple[Key, ...] = ()
    outlines: bool = False

    def __post_init__(self) -> None:
        require_text("figure id", self.id)
        require(self.panels, f"figure {self.id} has no panel")
