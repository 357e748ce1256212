"""Obligations that a hypothesis may touch: cited, never adjudicated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wayside.model.checks import require, require_text

__all__ = ["UNCONFIRMED_PARTS", "Obligation"]

UNCONFIRMED_PARTS = ("number", "wording", "content")
"""What of a citation may be unconfirmed: the paragraph's number, its wording as cited, what it says."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """A rule that somebody is bound by, as a report cites it.

    Attributes:
        id: short name, unique within an assessment ("unsc-1718-8b").
        title: the instrument ("UN Security Council resolution 1718 (2006)").
        paragraph: where in it ("8(b)"); empty for the whole.
        text: its subject in one sentence; a summary, not the wording.
        url: where it can be read, http or https; may be empty.
        adopted: the day of its adoption; None where nobody said.
        unconfirmed: which of ``UNCONFIRMED_PARTS`` nobody has checked against the text; empty where all were.
        by: who entered it; empty for one of the reference list.
    """

    id: str
    title: str
    text: str
    paragraph: str = ""
    url: str = ""
    adopted: date | None = None
    unconfirmed: tuple[str, ...] = ()
    by: str = ""

    def __post_init__(self) -> None:
        for name, text in (("id", self.id), ("title", self.title), ("text", self.text)):
            require_text(f"obligation: {name}", text)
        require(
            not self.url or self.url.startswith(("https://", "http://")),
            f"obligation {self.id}: not a web address: {self.url[:60]!r}",
        )
        require(
            set(self.unconfirmed) <= set(UNCONFIRMED_PARTS),
            f"obligation {self.id}: what is unconfirmed is one of {', '.join(UNCONFIRMED_PARTS)}",
        )

    @property
    def confirmed(self) -> bool:
        """Whether the whole citation was checked against the text."""
        return not self.unconfirmed
