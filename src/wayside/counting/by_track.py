"""What is known of each track before its strip is read: whose stock stands there, by its gauge or its network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wayside.counting.decode import ReadingSettings, TrackDecoding, decode_tracks
from wayside.counting.emission import Emission
from wayside.counting.lengths import STOCK
from wayside.counting.potentials import DecoderSettings
from wayside.counting.stock_lengths import length_prior, network_shares
from wayside.counting.type_lengths import type_lengths_of
from wayside.model.checks import require
from wayside.model.places import Track

__all__ = ["decode_each", "reading_for", "settings_for"]


def settings_for(track: Track, settings: DecoderSettings) -> DecoderSettings:
    """Return the decoder's constants with the length prior of the track's gauge and network.

    They come back as they are where the track says nothing, and where their families are not the default ones: then
    somebody knew the place better than its gauge does.

    Args:
        track: with its gauges and its network, where known.
        settings: constants for a track of which nothing is known.
    """
    if settings.lengths.families != STOCK:
        return settings
    prior = length_prior(track.gauges_mm, track.network, settings.lengths)
    return settings if prior == settings.lengths else replace(settings, lengths=prior)


def reading_for(track: Track, gsd_m: float, reading: ReadingSettings | None = None) -> ReadingSettings:
    """Return how to read types on the track: its stock's lengths, and the blur of the image.

    Args:
        track: with its gauges and its network, where known.
        gsd_m: ground sample distance of the image, metres, 0.01 to 100.
        reading: all else; the defaults where None.
    """
    shares = network_shares(track.gauges_mm, track.network)
    how = replace(reading or ReadingSettings(), gsd_m=gsd_m)
    return replace(how, type_lengths=type_lengths_of(shares)) if shares else how


def decode_each(
    emissions: Sequence[Emission], tracks: Sequence[Track], settings: DecoderSettings
) -> tuple[TrackDecoding, ...]:
    """Decode strips, each with the length prior of its track; strips of one prior go in one batch.

    Args:
        emissions: any number of strips.
        tracks: the track of each strip, in the same order.
        settings: constants for a track of which nothing is known.

    Returns:
        One decoding per strip, in the given order; what ``decode_tracks`` gives where no track says anything.

    Raises:
        ValueRefusedError: as many tracks as strips are needed.
    """
    require(len(emissions) == len(tracks), f"there are {len(emissions)} strips and {len(tracks)} tracks")
    groups: dict[DecoderSettings, list[int]] = {}
    for place, track in enumerate(tracks):
        groups.setdefault(settings_for(track, settings), []).append(place)
    found: dict[int, TrackDecoding] = {}
    for own, places in groups.items():
        found.update(zip(places, decode_tracks([emissions[place] for place in places], own), strict=True))
    return tuple(found[place] for place in range(len(emissions)))
