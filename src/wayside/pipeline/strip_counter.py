"""From strips to a scene's count: network, decoder, totals, and outlines in the site's coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from wayside.counting.decode import TrackDecoding, decode_tracks
from wayside.counting.emission import Emission
from wayside.counting.facility import SceneError, count_scene, track_part
from wayside.counting.hidden import START_RATES, busyness_weights, mix_scene_counts
from wayside.counting.potentials import DecoderSettings
from wayside.model.observations import Registration, SceneCount, TrackCount
from wayside.model.places import Track
from wayside.model.strips import Strip
from wayside.pipeline.ports import Plane, Strips

__all__ = ["Network", "StripCounter"]


class Network(Protocol):
    """Reads strips; must be picklable, or cheap to load again in another process."""

    @property
    def model(self) -> str:
        """Name and digest of the weights."""
        ...

    def read(self, strips: Sequence[Strip]) -> tuple[Emission, ...]:
        """Return the evidence of each strip, in order."""
        ...

    def settings(self) -> DecoderSettings:
        """Return the decoder's constants that were fitted with the weights."""
        ...

    def scene_error(self) -> SceneError:
        """Return what all tracks of a scene share, fitted with the weights."""
        ...


@dataclass(frozen=True, slots=True)
class StripCounter:
    """Counts the cars on strips.

    Attributes:
        network: reads the strips.
        software: name and version of the program, kept in every count.
    """

    network: Network
    software: str

    @property
    def model(self) -> str:
        """Name and digest of the network's weights."""
        return self.network.model

    def count(self, strips: Strips, tracks: Sequence[Track], *, gsd_m: float, registration: Registration) -> SceneCount:
        """Return the count of the whole scene; its cars' outlines are positions of the site's system.

        Raises:
            ModelFileError: the network's weights are missing or damaged.
        """
        emissions = self.network.read(strips.strips)
        settings = self.network.settings()

        def scene(decodings: Sequence[TrackDecoding]) -> SceneCount:
            parts = [
                track_part(strip.track_id, decoding, emission, strip.frame, offset_m=strip.offset_m)
                for strip, decoding, emission in zip(strips.strips, decodings, emissions, strict=True)
            ]
            return count_scene(
                parts,
                gsd_m,
                model=self.model,
                software=self.software,
                error=self.network.scene_error(),
                registration=registration,
                reasons=_reasons(strips, tracks, registration),
            )

        if all(emission.visible.all() for emission in emissions):
            result = scene(decode_tracks(emissions, settings))
        else:
            # What is hidden depends on how busy the station is, which is not known; several answers are mixed.
            runs = [decode_tracks(emissions, replace(settings, start_per_m=rate)) for rate, _ in START_RATES]
            result = mix_scene_counts([scene(run) for run in runs], busyness_weights(runs))
        return replace(result, tracks=tuple(_placed(track, strips.plane) for track in result.tracks))


def _reasons(strips: Strips, tracks: Sequence[Track], registration: Registration) -> tuple[str, ...]:
    """Return sentences on what limits the count beside its resolution."""
    found = [f"Track {track}: {why}." for track, why in strips.outside.items()]
    unlaid = {track.id for track in tracks} - {strip.track_id for strip in strips.strips} - set(strips.outside)
    found += [f"Track {track} could not be read." for track in sorted(unlaid)]
    if not registration.registered:
        found.append(
            "The scene could not be registered to the site's reference; the tracks were read where they lie on the map."
        )
    return tuple(found)


def _placed(track: TrackCount, plane: Plane) -> TrackCount:
    cars = tuple(
        replace(car, polygon=tuple((p.x, p.y) for p in plane.points(car.polygon))) if car.polygon else car
        for car in track.cars
    )
    return replace(track, cars=cars)
