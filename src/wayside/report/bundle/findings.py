"""One thing in a bundle that does not hold."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.model.checks import require_text

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold, and where.

    Attributes:
        file: the file of the bundle, or the bundle's own name where it is about the archive itself.
        what: what is wrong, one clause without the full stop.
        path: the place within the file ("judgements[2].probability"); empty where it is about the whole of it.
        expected: what should stand there; may be empty.
        found: what stands there; may be empty.
    """

    file: str
    what: str
    path: str = ""
    expected: str = ""
    found: str = ""

    def __post_init__(self) -> None:
        require_text("finding: file", self.file)
        require_text("finding: what", self.what)
