"""The report of a bundle, written again from the assessment and compared with the one that is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from wayside.assessment.assessment import Assessment
from wayside.coverage.texts.pdf import PdfText, read_pdf
from wayside.errors import BundleError, InputError, TextError, WaysideError
from wayside.pipeline.bundling import Renderer
from wayside.pipeline.case_json import house_from_json, house_to_json
from wayside.pipeline.pictures_json import pictures_from_json
from wayside.pipeline.verification import Check, checked
from wayside.report.bundle import Bundle, Finding, differing_words, read_json, words_of, written
from wayside.report.bundle.names import HOUSE, PICTURES, REPORT, is_report
from wayside.report.figures.pictures import ReportPictures
from wayside.report.house import HouseStyle

__all__ = ["FONTS", "Likeness", "check_report", "unread"]

FONTS = "fonts"
"""Name among the versions of what says which fonts a machine has."""
_PAGE = REPORT["html"]
_TEXT = ".html", ".md"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far what checks a bundle is what made it.

    Attributes:
        software: the same version of the program.
        libraries: the same versions of all that a number depends on.
        fonts: the same fonts too, and so the same of all that a page depends on.
    """

    software: bool
    libraries: bool
    fonts: bool

    @classmethod
    def of(cls, made: Mapping[str, str], here: Mapping[str, str]) -> Likeness:
        """Return it from the versions that made a bundle, and those here."""
        without = [{name: text for name, text in one.items() if name != FONTS} for one in (made, here)]
        software = made.get("software", "wayside") == here.get("software", "wayside")
        return cls(software, without[0] == without[1], dict(made) == dict(here))


def unread(name: str, fault: WaysideError) -> Finding:
    """Return the finding that a file cannot be read."""
    return Finding(name, fault.what, path="" if fault.where == name else fault.where)


def check_report(bundle: Bundle, render: Renderer, assessment: Assessment, alike: Likeness, title: str) -> Check:
    """Write the report again, in every format that the bundle has it in, and compare.

    Args:
        bundle: open.
        render: writes the report's files.
        assessment: computed again from the case.
        alike: how far the software here is the one that made the bundle.
        title: of the check.
    """
    held = sorted(name for name in bundle.entries if is_report(name))
    if _PAGE not in held:
        return checked("report", title, (Finding(_PAGE, "the bundle has no report"),))
    name = PICTURES
    try:
        pictures = _pictures(bundle)
        name = HOUSE
        house = _house(bundle)
        name = _PAGE
        made = render(assessment, pictures, house, [one for one, file in REPORT.items() if file in held])
    except WaysideError as fault:
        inside = fault.where in bundle.entries
        return checked("report", title, (unread(fault.where if inside else name, fault),))
    other = [name for name in held if _bytes(bundle, name) != made.get(name)]
    findings = [one for name in other for one in _file(bundle, name, made.get(name), alike)]
    if alike.software:
        gone = sorted(set(made) - set(held))
        findings += [Finding(name, "it is part of the report, but it is not in the bundle") for name in gone]
    return checked("report", title, tuple(findings), "" if findings else _note(held, other, alike))


def _note(held: list[str], other: list[str], alike: Likeness) -> str:
    formats = ", ".join(name for name in held if name in REPORT.values())
    if not other:
        return f"byte for byte: {formats}"
    why = "fonts" if alike.libraries else "libraries" if alike.software else "the program"
    seen = [name for name in other if not name.endswith(".png")]
    said = f"the same numbers, in other bytes as {why} here are other: {', '.join(seen)}" if seen else ""
    drawn = len(other) - len(seen)
    pictures = f"{drawn} of its figures could not be compared, as {why} here are other" if drawn else ""
    return "; ".join(part for part in (said, pictures) if part)


def _pictures(bundle: Bundle) -> ReportPictures:
    return pictures_from_json(read_json(bundle.read(PICTURES), PICTURES), bundle.read)


def _house(bundle: Bundle) -> HouseStyle:
    house = house_from_json(read_json(bundle.read(HOUSE), HOUSE))
    if written(house_to_json(house)) != bundle.read(HOUSE):
        raise BundleError("it is not written as a bundle writes it", where=HOUSE)
    return house


def _bytes(bundle: Bundle, name: str) -> bytes:
    try:
        return bundle.read(name)
    except InputError:
        return b""


# ---------------------------------------------------------------------- one file
def _file(bundle: Bundle, name: str, made: bytes | None, alike: Likeness) -> Iterator[Finding]:
    """Yield where one of the report's files differs from the one that was written again."""
    found = _bytes(bundle, name)
    if made is None:
        if alike.software:
            yield Finding(name, "the report written again has no such file")
        return
    # What is not text depends on more than the program: on fonts, and on the libraries that draw and pack.
    exact = alike.software and (name.endswith(_TEXT) or alike.fonts)
    places = _differing(name, found, made, exact=exact)
    yield from places
    if not places and exact:
        at = next((k for k, (a, b) in enumerate(zip(found, made, strict=False)) if a != b), min(len(found), len(made)))
        yield Finding(name, "what is not text in it differs: pictures or markup", f"byte {at:,}")


def _differing(name: str, found: bytes, made: bytes, *, exact: bool) -> tuple[Finding, ...]:
    """Return where the words of two files differ, or where only the numbers, unless they must be the same."""
    if name.endswith(".png"):
        return ()
    if name.endswith(".pdf"):
        return _differing_pages(name, found, made, exact=exact)
    here, there = words_of(name, found), words_of(name, made)
    if here is None or there is None:
        return (Finding(name, "its words cannot be read"),)
    return differing_words(name, here, there, numbers_only=not exact)


def _differing_pages(name: str, found: bytes, made: bytes, *, exact: bool) -> tuple[Finding, ...]:
    """Return where the words of two PDFs differ, page by page where they have the same pages."""
    there = read_pdf(made, name)
    try:
        here = read_pdf(found, name)
    except TextError as fault:
        return (Finding(name, f"its words cannot be read ({fault.what})"),)
    if not exact:
        # With other fonts lines and pages break elsewhere; heads and feet are no part of the running text.
        return differing_words(name, _running(here), _running(there), numbers_only=True)
    if len(here.pages) != len(there.pages):
        pages = f"{len(there.pages)} pages", f"{len(here.pages)} pages"
        first = Finding(name, "it has another number of pages", "", *pages)
        return (first, *differing_words(name, _running(here), _running(there)))
    pairs = zip(_by_page(here), _by_page(there), strict=True)
    return tuple(
        Finding(name, one.what, f"page {number}: {one.path}".strip(": "), one.expected, one.found)
        for number, (left, right) in enumerate(pairs, start=1)
        if left != right
        for one in differing_words(name, left, right)
    )


def _running(of: PdfText) -> list[str]:
    return [word for span in of.body for word in of.text[span.start : span.end].split()]


def _by_page(of: PdfText) -> Iterator[list[str]]:
    for start, end in pairwise((*of.pages, len(of.text))):
        yield of.text[start:end].split()
