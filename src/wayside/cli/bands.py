"""Bands given as an option."""

from __future__ import annotations

from wayside.errors import InputError

__all__ = ["band_names"]


def band_names(text: str) -> tuple[str, ...]:
    """Return the names of "blue,green,red,nir" in order; empty for an empty text.

    Raises:
        InputError: a name is empty.
    """
    if not text.strip():
        return ()
    names = tuple(part.strip().lower() for part in text.split(","))
    if not all(names):
        raise InputError(f"{text!r} has an empty name", where="--bands", todo="Write it like blue,green,red,nir")
    return names
