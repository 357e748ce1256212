"""What a user may say of an image that its file does not: the options that several commands share."""

from __future__ import annotations

import typer

from wayside.errors import InputError

__all__ = ["BANDS_OPTION", "HEIGHT_OPTION", "PAN_OPTION", "band_names"]

HEIGHT_OPTION = typer.Option(
    "--height", metavar="METRES", help="The site's height above the ellipsoid; for images with RPC."
)
BANDS_OPTION = typer.Option("--bands", metavar="NAMES", help="Order of the bands, like blue,green,red,nir.")
PAN_OPTION = typer.Option("--pan", metavar="FILE", help="Panchromatic image of the same look, to sharpen IMAGE with.")


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
