"""From strips to a scene's count: network, decoder, totals, and outlines in the site's coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from wayside.counting.by_track import decode_each, reading_for
from wayside.counting.colour import coloured
from wayside.counting.decode import TrackDecoding
from wayside.counting.emission import Emission
from wayside.counting.facility import SceneError, TrackPart, count_scene, track_part
from wayside.counting.hidden import START_RATES, busyness_weights, mix_scene_counts
from wayside.counting.lateral import doubted
from wayside.counting.potentials import DecoderSettings
from wayside.model.observations import Registration, SceneCount
from wayside.model.places import Track
from wayside.model.strips import Strip
from wayside.pipeline.aligning import Aligned, align
from wayside.pipeline.laying import placed, unread
from wayside.pipeline.ports import CountedImage, Lines, Strips
from wayside.pipeline.visibility import hidden_reasons

__all__ = ["Network", "StripCounter"]


class Network(Protocol):
    """Reads strips; must be picklable, or cheap to load again in another process."""

    @property
    def model(self) -> str:
        """Name and digest of the weights."""
        ...

    def read(self, strips: Sequence[Strip], *, among: Sequence[Strip] | None = None) -> tuple[Emission, ...]:
        """Return the evidence of each strip, in order; ``among`` are all strips of their scene, where they differ."""
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

    def count(
        self,
        strips: Strips,
        tracks: Sequence[Track],
        *,
        gsd_m: float,
        registration: Registration,
        again: Callable[[Lines], Sequence[Strip]] | None = None,
    ) -> CountedImage:
        """Return the count of the whole scene; its cars' outlines are positions of the site's system.

        Raises:
            ModelFileError: the network's weights are missing or damaged.
        """
        aligned = align(self.network, strips.strips, again)
        emissions, by_id = aligned.emissions, {track.id: track for track in tracks}
        own = [by_id[strip.track_id] for strip in aligned.strips]
        settings = self.network.settings().at(gsd_m)

        def decoded(how: DecoderSettings) -> list[TrackDecoding]:
            return [
                doubted(decoding, fit.rail_p) if fit is not None and fit.doubtful else decoding
                for decoding, fit in zip(decode_each(emissions, own, how), aligned.fits, strict=True)
            ]

        def scene(decodings: Sequence[TrackDecoding]) -> SceneCount:
            return count_scene(
                [_part(*part, gsd_m) for part in zip(aligned.strips, own, decodings, emissions, strict=True)],
                gsd_m,
                model=self.model,
                software=self.software,
                error=self.network.scene_error(),
                registration=registration,
                reasons=(*_reasons(strips, tracks, registration), *_line_reasons(aligned)),
            )

        if all(emission.visible.all() for emission in emissions):
            result = scene(decoded(settings))
        else:
            # What is hidden depends on how busy the station is, which is not known; several answers are mixed.
            runs = [decoded(replace(settings, start_per_m=rate)) for rate, _ in START_RATES]
            result = mix_scene_counts([scene(run) for run in runs], busyness_weights(runs))
        result = replace(result, tracks=tuple(placed(track, strips.plane) for track in result.tracks))
        return CountedImage(result, aligned.strips)


def _part(strip: Strip, track: Track, decoding: TrackDecoding, emission: Emission, gsd_m: float) -> TrackPart:
    reading = reading_for(track, gsd_m)
    part = track_part(
        strip.track_id,
        decoding,
        emission,
        strip.frame,
        offset_m=strip.offset_m,
        reading=reading,
        hidden=strip.hidden,
    )
    return replace(part, cars=coloured(part.cars, strip))


def _line_reasons(aligned: Aligned) -> tuple[str, ...]:
    """Return sentences on lines that no railway lies under, and on tracks that were not moved onto a neighbour's."""
    seen = [(s, f) for s, e, f in zip(aligned.strips, aligned.emissions, aligned.fits, strict=True)
            if f is not None and e.visible.any()]  # fmt: skip
    lost = [strip.track_id for strip, fit in seen if fit.doubtful]
    if len(lost) == len(seen) > 1:
        found = ["Nothing under any of the tracks looks like a railway: check that the lines belong to this image."]
    else:
        found = [f"Nothing under track {track} looks like a railway: check its line." for track in lost]
    found += [
        f"A railway was found {abs(offset):.1f} m to the {'left' if offset > 0 else 'right'} of track {track}, where "
        f"track {other} is read: track {track} was not moved there; check its line."
        for track, (other, offset) in sorted(aligned.neighbours.items())
    ]
    return tuple(found)


def _reasons(strips: Strips, tracks: Sequence[Track], registration: Registration) -> tuple[str, ...]:
    """Return sentences on what limits the count beside its resolution."""
    found = (*unread(strips, tracks), *hidden_reasons(strips.strips, said=strips.outside), *strips.notes)
    if registration.registered:
        return found
    why = "The scene could not be registered to the site's reference; the tracks were read where they lie on the map."
    return (*found, why)
