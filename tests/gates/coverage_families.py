"""Which families of articles were in view while the rules were written, and which were kept aside."""

from __future__ import annotations

from typing import Final

__all__ = ["HELD_OUT", "is_held_out"]

# A family is one agency's text with all that was made of it; half of them were not opened while the rules were written.
# Members with odd numbers had been in view when the first rules were written; those with even numbers never were.
HELD_OUT: Final = frozenset({
    "Yonhap-EN", "Reuters-EN", "Fox", "EFE", "VOA", "Donga", "BP-2024", "RFA-0922", "Reuters-2000", "BP-Najin",
    "neg-LA-ships", "neg-Wuhan-cars",
})  # fmt: skip


def is_held_out(family: str) -> bool:
    """Return whether a family was kept aside."""
    return family in HELD_OUT
