"""How an institute's reports look: fonts, colours, logo and language, read from a file, without code."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["HouseStyle"]


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
