"""Tracks that lie aside of their lines: read again where they were found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from wayside.counting.emission import Emission
from wayside.counting.lateral import LateralFit, fit_offset
from wayside.counting.lines import Candidate, aside_m, clashes, moved_line
from wayside.model.strips import Strip
from wayside.pipeline.ports import Lines

__all__ = ["Aligned", "Reader", "align"]

_ROUNDS = 2
_SETTLED_M = 0.2
"""A line that was moved once is moved again where it is further off than this: a smooth curve cannot follow the corners
of a roughly drawn line at once."""
_RAIL_LOST = 0.1
"""A moved line on which the mean rail probability is lower by more than this is no better."""


class Reader(Protocol):
    """Reads strips with the network."""

    def read(self, strips: Sequence[Strip], *, among: Sequence[Strip] | None = None) -> tuple[Emission, ...]:
        """Return the evidence of each strip, in order; ``among`` are all strips of their scene, where they differ."""
        ...


class _Reading(NamedTuple):
    """One strip, what the network says of it, and where the track lies in it; None where the weights do not say."""

    strip: Strip
    emission: Emission
    fit: LateralFit | None


@dataclass(frozen=True, eq=False)
class Aligned:
    """A scene's strips after the lateral search.

    Attributes:
        strips: one for each track, along the line that was best, in the order of the first reading.
        emissions: of these strips.
        fits: where the tracks lie in these strips; None where the weights do not say.
        neighbours: tracks that were left where they were drawn because another railway lies where they would have been
            moved: by track id, that other track and the offset that was found, metres to the left.
    """

    strips: tuple[Strip, ...]
    emissions: tuple[Emission, ...]
    fits: tuple[LateralFit | None, ...]
    neighbours: Mapping[str, tuple[str, float]] = field(default_factory=dict)


def align(network: Reader, strips: Sequence[Strip], again: Callable[[Lines], Sequence[Strip]] | None) -> Aligned:
    """Read strips with the network, and those that lie aside once or twice more along corrected lines.

    Only those go through the network again; they are normalised with the whole scene, as at first.

    Args:
        network: reads strips.
        strips: one for each track, as drawn.
        again: reads the pixels of some tracks along other lines; None leaves all tracks where they are.
    """
    first = [_reading(s, e) for s, e in zip(strips, network.read(strips), strict=True)]
    current = {reading.strip.track_id: reading for reading in first}
    settled: set[str] = set()
    neighbours: dict[str, tuple[str, float]] = {}
    for _ in range(_ROUNDS if again is not None else 0):
        movers = {r.strip.track_id for drawn in first if _moves(r := current[drawn.strip.track_id], drawn)} - settled
        stays = clashes(_candidates(first, current, movers)) if movers else {}
        drawn_there = {r.strip.track_id for r in first if r is current[r.strip.track_id]}
        neighbours |= {k: (other, _mean_m(current[k])) for k, other in stays.items() if k in drawn_there}
        lines = {k: moved_line(current[k].strip.frame, _curve(current[k])) for k in sorted(movers - set(stays))}
        if not lines or again is None:
            break
        better = _read_again(network, first, current, again(lines))
        settled |= set(stays) | (set(lines) - set(better))
        current |= better
    found = list(current.values())
    return Aligned(
        tuple(r.strip for r in found), tuple(r.emission for r in found), tuple(r.fit for r in found), neighbours
    )


def _read_again(
    network: Reader, first: Sequence[_Reading], current: Mapping[str, _Reading], strips: Sequence[Strip]
) -> dict[str, _Reading]:
    """Return those tracks that lie better in the newer strips."""
    given = {reading.strip.track_id: reading.strip for reading in first}
    fresh = {strip.track_id: _placed(strip, given[strip.track_id]) for strip in strips}
    if not fresh:
        return {}
    scene = [fresh.get(k, reading.strip) for k, reading in current.items()]
    tried = list(fresh.values())
    read = [_reading(s, e) for s, e in zip(tried, network.read(tried, among=scene), strict=True)]
    return {r.strip.track_id: r for r in read if _better(r, current[r.strip.track_id])}


def _reading(strip: Strip, emission: Emission) -> _Reading:
    if emission.alignment is None:
        return _Reading(strip, emission, None)
    return _Reading(strip, emission, fit_offset(emission.alignment, emission.visible, emission.step_m))


def _moves(reading: _Reading, drawn: _Reading) -> bool:
    if reading.fit is None or reading.fit.doubtful:
        return False
    return reading.fit.aside if reading is drawn else reading.fit.largest_m > _SETTLED_M


def _curve(reading: _Reading) -> NDArray[np.float64]:
    return reading.fit.curve_m if reading.fit is not None else np.zeros(reading.emission.columns)


def _mean_m(reading: _Reading) -> float:
    return reading.fit.mean_m if reading.fit is not None else 0.0


def _placed(strip: Strip, given: Strip) -> Strip:
    """Return the strip with its mean shift from the drawn line."""
    return replace(strip, offset_m=float(aside_m(given.frame, strip.frame).mean()))


def _better(found: _Reading, before: _Reading) -> bool:
    """Whether the track lies better in the newer strip and is no less a railway."""
    if found.fit is None or before.fit is None:
        return False
    return found.fit.size_m < before.fit.size_m and found.fit.rail_mean >= before.fit.rail_mean - _RAIL_LOST


def _candidates(first: Sequence[_Reading], current: Mapping[str, _Reading], movers: set[str]) -> dict[str, Candidate]:
    """Lay out, in metres, where every track was drawn and where it would be read next."""
    result = {}
    for drawn in first:
        name = drawn.strip.track_id
        now, frame = current[name], current[name].strip.frame
        middle = frame.centre * frame.unit_m
        given = drawn.strip.frame.centre * frame.unit_m
        nearest = KDTree(middle).query(given)[1] if now is not drawn else slice(None)
        aside = middle + frame.normal * _curve(now)[:, None] if name in movers else middle
        result[name] = Candidate(
            given_m=given,
            now_m=middle[nearest],
            moved_m=aside[nearest],
            deviation_m=now.fit.mean_deviation_m if now.fit is not None else np.inf,
            moves=name in movers,
            step_m=frame.step_m,
        )
    return result
