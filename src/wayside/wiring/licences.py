"""What a user says of an image's terms, with what the archive knows of such terms."""

from __future__ import annotations

from dataclasses import replace

from wayside.archive.licences import licence_from_id
from wayside.model.scenes import Licence

__all__ = ["named_licence"]


def named_licence(
    name: str, *, attribution: str = "", publishable: bool | None = None, provider: str = "", platform: str = ""
) -> Licence:
    """Return the terms that a licence's name stands for; what the user says himself goes before.

    Args:
        name: SPDX id, or the provider's name of its terms.
        attribution: line to stand beside the image; empty to have one made.
        publishable: None to go by the name.
        provider: who made or sold the image; may be empty.
        platform: satellite or aircraft; may be empty.
    """
    licence = licence_from_id(name, provider=provider, platform=platform)
    if publishable is not None:
        # Who holds other rights than the licence's name says knows it; the reason is then another.
        licence = Licence(licence.id, attribution, publishable)
    elif attribution:
        licence = replace(licence, attribution=attribution, courtesy=False)
    elif not provider:
        licence = replace(licence, attribution="")  # made when the image is taken in, with what is known of it then
    return licence
