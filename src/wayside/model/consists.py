"""Trains as sequences of cars, and the same sequence seen twice."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.model.checks import require_text

__all__ = ["Consist", "ConsistMatch"]


@dataclass(frozen=True, slots=True)
class Consist:
    """The cars of one train in one scene.

    Attributes:
        id: short name, unique within an assessment.
    """

    id: str

    def __post_init__(self) -> None:
        require_text("consist id", self.id)


@dataclass(frozen=True, slots=True)
class ConsistMatch:
    """Two sightings of what may be one train.

    Attributes:
        first, second: the sightings, the earlier first.
    """

    first: Consist
    second: Consist
