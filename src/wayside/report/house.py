"""How an institute's reports look: fonts, colours, logo and language, read from a file, without code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wayside.model.checks import require
from wayside.report.colours import is_colour

__all__ = ["LOGO_TYPES", "PAGES", "HouseStyle", "is_font"]

PAGES = ("a4", "us-letter")
LOGO_TYPES = ("image/png", "image/svg+xml")
_FONT = re.compile(r"[^\W\d_][\w .+-]{0,63}")


def is_font(name: str) -> bool:
    """Whether a text can be the name of a font: letters, digits, blanks, hyphens; it can end no rule of a style."""
    return _FONT.fullmatch(name) is not None


@dataclass(frozen=True)
class HouseStyle:
    """The look of a report.

    Attributes:
        name: the institute's, in the masthead; empty for none.
        language: ISO 639-1 of the report's own words.
        serif, sans, mono: names of fonts in order of preference; a page falls back on the generic family, a PDF on the
            fonts that come with the program.
        primary, accent, ink, paper: "#rrggbb": colour of rules, headings and links; of what must be seen first; of
            text; of the ground.
        logo: bytes of a PNG or SVG file; None for none.
        logo_type: "image/png" or "image/svg+xml"; empty without a logo.
        address: a line for the footer ("Washington, DC · example.org"); may be empty.
        page: paper of the PDF, "a4" or "us-letter".
    """

    name: str = ""
    language: str = "en"
    serif: tuple[str, ...] = ()
    sans: tuple[str, ...] = ()
    mono: tuple[str, ...] = ()
    primary: str = "#1f3a5f"
    accent: str = "#a32a1e"
    ink: str = "#1c2530"
    paper: str = "#ffffff"
    logo: bytes | None = None
    logo_type: str = ""
    address: str = ""
    page: str = "a4"

    def __post_init__(self) -> None:
        for name in ("primary", "accent", "ink", "paper"):
            require(is_colour(getattr(self, name)), f"house style: {name} is a colour #rrggbb")
        for font in (*self.serif, *self.sans, *self.mono):
            require(is_font(font), f"house style: not the name of a font: {font[:40]!r}")
        require(self.page in PAGES, f"house style: a page is one of {', '.join(PAGES)}")
        require(re.fullmatch(r"[a-z]{2}", self.language) is not None, "house style: a language has two letters")
        known = self.logo_type in LOGO_TYPES if self.logo is not None else not self.logo_type
        require(known, "house style: a logo has a type, image/png or image/svg+xml")
