"""Reads an institute's look from a TOML file: fonts, colours, logo, language. All faults are reported at once.

name = "Institute of Rail Studies"
address = "Washington, DC · example.org"
language = "en"                    # of the report's own words: en or ru
page = "us-letter"                 # paper of the PDF: a4 or us-letter
logo = "logo.svg"                  # PNG or SVG, beside this file

[fonts]
serif = ["Source Serif 4", "Georgia"]
sans = ["Source Sans 3"]
mono = ["Source Code Pro"]

[colours]
primary = "#1f3a5f"                # rules, headings, links
accent = "#a32a1e"                 # what must be seen first
ink = "#1c2530"                    # text
paper = "#ffffff"                  # ground
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import PurePosixPath
from typing import Any

from wayside.errors import ConfigError, InputError, OutsideError
from wayside.language.phrases import LANGUAGES
from wayside.report.colours import LEAST_CONTRAST, contrast, is_colour, mixed
from wayside.report.figures.palette import ACCENT, INK, MUTED, NAVY
from wayside.report.house import PAGES, HouseStyle, is_font
from wayside.report.logo import logo_fault, logo_type

__all__ = ["parse_house"]

_MOST_BYTES = 64_000
_LONGEST = 200
_MOST_FONTS = 8
_TEXTS = ("name", "address")
_COLOURS = ("primary", "accent", "ink", "paper")
_FONTS = ("serif", "sans", "mono")
_KNOWN = (*_TEXTS, "language", "page", "logo", "fonts", "colours")
_DRAWN_WITH = {"text": INK, "small text": MUTED, "lines": NAVY, "the newest count": ACCENT}
_MUTED_SHARE = 0.24


def parse_house(text: str, *, logo: Callable[[str], bytes], where: str = "house style") -> HouseStyle:
    """Return the look that a house style file describes; what it does not name stays as it is.

    Args:
        text: the file's content, TOML.
        logo: returns the bytes of a file by its name, which is relative and leads nowhere upwards. It may raise
            ``InputError`` or ``OutsideError``, which are listed with the other faults.
        where: name of the file, for messages.

    Raises:
        ConfigError: the file is no TOML, or has faults; all of them are listed.
    """
    reader = _Reader(_table(text, where))
    values: dict[str, Any] = {}
    reader.texts(values)
    reader.choices(values)
    reader.fonts(values)
    reader.colours(values)
    reader.logo(values, logo)
    if reader.faults:
        raise ConfigError(tuple(reader.faults), where=where)
    return HouseStyle(**values)


def _table(text: str, where: str) -> dict[str, Any]:
    if len(text) > _MOST_BYTES:
        raise ConfigError((f"the file is longer than {_MOST_BYTES} characters",), where=where)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError((f"not TOML: {error}",), where=where) from error


class _Reader:
    """Takes the entries of the file one by one and collects what is wrong with them."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.faults = [f"{_shown(name)}: there is no such entry" for name in table if name not in _KNOWN]
        self._table = table

    def texts(self, values: dict[str, Any]) -> None:
        """Take the texts."""
        for name in _TEXTS:
            found = self._table.get(name)
            if found is None:
                continue
            if not isinstance(found, str) or len(found) > _LONGEST or not found.isprintable():
                self.faults.append(f"{name}: not a line of text of at most {_LONGEST} characters")
            else:
                values[name] = found.strip()

    def choices(self, values: dict[str, Any]) -> None:
        """Take what is one of a few."""
        for name, known in (("language", LANGUAGES), ("page", PAGES)):
            found = self._table.get(name)
            if found is None:
                continue
            if found not in known:
                self.faults.append(f"{name}: {_shown(found)} is none of {', '.join(known)}")
            else:
                values[name] = found

    def fonts(self, values: dict[str, Any]) -> None:
        """Take the fonts."""
        for name, found in self._inner("fonts", _FONTS).items():
            names = [found] if isinstance(found, str) else found
            if not isinstance(names, list) or not all(isinstance(n, str) and is_font(n) for n in names):
                self.faults.append(f"fonts.{name}: a list of names of letters, digits, blanks and hyphens")
            elif len(names) > _MOST_FONTS:
                self.faults.append(f"fonts.{name}: more than {_MOST_FONTS} names")
            else:
                values[name] = tuple(names)

    def colours(self, values: dict[str, Any]) -> None:
        """Take the colours, and refuse letters that could not be read on their ground."""
        before = len(self.faults)
        for name, found in self._inner("colours", _COLOURS).items():
            if not isinstance(found, str) or not is_colour(found):
                self.faults.append(f"colours.{name}: {_shown(found)} is not a colour #rrggbb")
            else:
                values[name] = found.lower()
        if len(self.faults) == before:
            self._contrasts(values)

    def _contrasts(self, values: Mapping[str, Any]) -> None:
        own = {field.name: field.default for field in fields(HouseStyle)}
        ink, accent, primary, paper = (str(values.get(n, own[n])) for n in ("ink", "accent", "primary", "paper"))
        pairs = {
            "ink": ink,
            "accent": accent,
            "primary": primary,
            "ink, lightened for small print,": mixed(ink, paper, _MUTED_SHARE),
        }
        for name, colour in pairs.items():
            self._contrast(f"colours.{name}", colour, paper)
        if paper != own["paper"]:
            for what, colour in _DRAWN_WITH.items():
                self._contrast(f"colours.paper: {what} of the drawings, {colour},", colour, paper)

    def _contrast(self, what: str, colour: str, paper: str) -> None:
        ratio = contrast(colour, paper)
        if ratio < LEAST_CONTRAST:
            self.faults.append(
                f"{what} stands out from the paper {paper} by {ratio:.1f} to 1; letters need {LEAST_CONTRAST} to 1"
            )

    def logo(self, values: dict[str, Any], read: Callable[[str], bytes]) -> None:
        """Take the logo."""
        name = self._table.get("logo")
        if name is None:
            return
        if not isinstance(name, str) or not _is_inside(name):
            self.faults.append(f"logo: {_shown(name)} is not the name of a file beside this one")
            return
        try:
            content = read(name)
        except (InputError, OutsideError) as error:
            self.faults.append(f"logo: {error.what}")
            return
        fault = logo_fault(content)
        if fault:
            self.faults.append(f"logo: {fault}")
        else:
            values |= {"logo": content, "logo_type": logo_type(content)}

    def _inner(self, name: str, known: tuple[str, ...]) -> dict[str, Any]:
        found = self._table.get(name, {})
        if not isinstance(found, dict):
            self.faults.append(f"{name}: not a table")
            return {}
        self.faults += [f"{name}.{_shown(key)}: there is no such entry" for key in found if key not in known]
        return {key: found[key] for key in known if key in found}


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        bool(name.strip())
        and name.isprintable()
        and "\\" not in name
        and ":" not in name
        and not (path.is_absolute() or ".." in path.parts)
    )


def _shown(value: object) -> str:
    """Return a value from the file as a message may show it."""
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
