"""How far the rules carry in a language."""

from __future__ import annotations

from wayside.coverage.tables import languages

__all__ = ["support_of"]

_FULL = "en"


def support_of(language: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the degree of support of a language, and what a reader should know of it.

    Args:
        language: ISO 639-1 code, or None where it could not be told; then the rules of English are tried.
    """
    if language == _FULL:
        return "full", ()
    if language is None:
        note = "its language could not be told; only figures with units, and phrases that are English, are found"
        return "none", (note,)
    if language in languages("bounds"):
        note = (
            f"its language ({language}) is read in part: figures and common bounds are found, attribution often is not"
        )
        return "partial", (note,)
    note = f"its language ({language}) is not supported: bare figures are found, without bounds, sources or times"
    return "none", (note,)
