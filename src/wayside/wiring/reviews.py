"""What reviews teach: counters that know a site."""

from __future__ import annotations

from dataclasses import dataclass

from wayside.counting.facility import SceneError
from wayside.counting.lengths import LengthPrior
from wayside.pipeline.counting import FileCounter
from wayside.pipeline.reviewing import ReviewedNetwork
from wayside.pipeline.strip_counter import StripCounter
from wayside.wiring.network import PackagedNetwork
from wayside.wiring.pixels import FilePixels

__all__ = ["PackagedCounters"]


@dataclass(frozen=True, slots=True)
class PackagedCounters:
    """Counters with the network of the package and what a site's reviews taught.

    Attributes:
        software: name and version of the program, kept in every count.
    """

    software: str

    def prior_error(self) -> SceneError:
        """Return what goes wrong in a scene of any site."""
        return PackagedNetwork().scene_error()

    def prior_lengths(self) -> LengthPrior:
        """Return the lengths of cars of any site."""
        return PackagedNetwork().settings().lengths

    def counter(self, key: str, lengths: LengthPrior | None, error: SceneError) -> FileCounter:
        """Return a counter with these; ``key`` becomes part of its model's name."""
        network = ReviewedNetwork(PackagedNetwork(), key, lengths, error)
        return FileCounter(FilePixels(), StripCounter(network, self.software))
