"""What analysts' reviews change: the site's error, its lengths, and the counts that stand.

A review is a row of its own kind, of the tracks that the analyst looked at; automatic rows stay as they are. From all
reviews of a site follows what the counter misses there and how long the cars are; with that every scene is counted
again and kept as an accepted value, under a name made of the network and the reviews, so that a further review leads to
new values and the same reviews never to the same work twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from wayside.counting.emission import Emission
from wayside.counting.facility import SceneError
from wayside.counting.lengths import LengthPrior
from wayside.counting.potentials import DecoderSettings
from wayside.counting.review import StripReview
from wayside.counting.review_combine import NO_ERROR, reviewed_scene
from wayside.counting.review_lengths import learn_lengths
from wayside.counting.review_next import StripOutlook, Suggestion, next_to_review
from wayside.counting.review_rates import SiteRates, site_rates
from wayside.counting.stock_lengths import length_prior
from wayside.model.cars import Car
from wayside.model.observations import CountStatus, Observation, ObservationKind, SceneCount
from wayside.model.places import Site
from wayside.model.strips import Strip
from wayside.model.wording import plural
from wayside.pipeline.ports import SceneCounter
from wayside.pipeline.strip_counter import Network

__all__ = [
    "AUTOMATIC_AUTHOR",
    "LatestReview",
    "ReviewedNetwork",
    "SiteCounters",
    "SiteKnowledge",
    "accepted_count",
    "automatic_counts",
    "latest_reviews",
    "reviewers_of",
    "site_knowledge",
    "standing_rows",
    "strip_reviews",
    "suggestions",
    "with_reviews",
]

AUTOMATIC_AUTHOR = "wayside"
"""Author of what no analyst said."""
_TRAIN = 10
"""Cars on one track of one scene that count in full for the site's lengths; more of them share as much weight."""


@dataclass(frozen=True, slots=True)
class ReviewedNetwork:
    """A network with what a site's reviews taught: the lengths that stand there, and how the counter errs.

    Attributes:
        base: the network.
        key: what the reviews are called; part of the model's name.
        lengths: length prior of the site; the base's own where None.
        error: what all tracks of a scene share.
    """

    base: Network
    key: str
    lengths: LengthPrior | None
    error: SceneError

    @property
    def model(self) -> str:
        """Name and digest of the weights, and of the reviews."""
        return f"{self.base.model} {self.key}"

    def read(self, strips: Sequence[Strip], *, among: Sequence[Strip] | None = None) -> tuple[Emission, ...]:
        """Return the evidence of each strip, in order; ``among`` are all strips of their scene, where they differ."""
        return self.base.read(strips, among=among)

    def settings(self) -> DecoderSettings:
        """Return the decoder's constants with the site's lengths."""
        settings = self.base.settings()
        return settings if self.lengths is None else replace(settings, lengths=self.lengths)

    def scene_error(self) -> SceneError:
        """Return what all tracks of a scene share at this site."""
        return self.error


class SiteCounters(Protocol):
    """Makes counters that know a site."""

    def prior_error(self) -> SceneError:
        """Return what goes wrong in a scene of any site."""
        ...

    def prior_lengths(self) -> LengthPrior:
        """Return the lengths of cars of any site."""
        ...

    def counter(self, key: str, lengths: LengthPrior | None, error: SceneError) -> SceneCounter:
        """Return a counter with these; ``key`` becomes part of its model's name."""
        ...


# ---------------------------------------------------------------------------- from rows to reviews
@dataclass(frozen=True, slots=True)
class LatestReview:
    """What one analyst said last of one track in one scene."""

    row: Observation
    track_id: str

    @property
    def cars(self) -> tuple[Car, ...]:
        """The analyst's cars on the track, in order."""
        return next(track.cars for track in self.row.result.tracks if track.track_id == self.track_id)


def automatic_counts(observations: Iterable[Observation], *, model: str) -> Mapping[str, SceneCount]:
    """Return the counter's own count of each scene, by scene id."""
    return {
        row.scene_id: row.result
        for row in observations
        if row.kind is ObservationKind.AUTOMATIC and row.result.model == model
    }


def latest_reviews(observations: Iterable[Observation]) -> tuple[LatestReview, ...]:
    """Return for every scene, track and analyst the last review, in the order in which they were written."""
    found: dict[tuple[str, str, str], LatestReview] = {}
    rows = [row for row in observations if row.kind is ObservationKind.REVIEW]
    for row in sorted(rows, key=lambda r: r.recorded):
        for track in row.result.tracks:
            key = (row.scene_id, track.track_id, row.author)
            found.pop(key, None)
            found[key] = LatestReview(row, track.track_id)
    return tuple(found.values())


def strip_reviews(observations: Sequence[Observation], *, model: str) -> tuple[StripReview, ...]:
    """Return the reviews beside what this model's counter made of the same tracks.

    Reviews of scenes that it has not counted are left out until it has.
    """
    counts = automatic_counts(observations, model=model)
    found = []
    for review in latest_reviews(observations):
        count = counts.get(review.row.scene_id)
        automatic = {t.track_id: t.cars for t in count.tracks} if count else {}
        if count is None or count.status is CountStatus.NOT_COUNTABLE or review.track_id not in automatic:
            continue
        row, track_id = review.row, review.track_id
        found.append(StripReview(row.scene_id, track_id, count.gsd_m, row.author, automatic[track_id], review.cars))
    return tuple(found)


# ---------------------------------------------------------------------------- what they teach
@dataclass(frozen=True)
class SiteKnowledge:
    """What a site's reviews teach.

    Attributes:
        key: name of exactly these reviews beside this network.
        reviews: of tracks of scenes.
        rates: how counter and analysts err there.
        lengths: of the cars there; None where no review gave a length.
    """

    key: str
    reviews: tuple[StripReview, ...]
    rates: SiteRates
    lengths: LengthPrior | None

    def of_scene(self, scene_id: str) -> tuple[StripReview, ...]:
        """Return the reviews of one scene's tracks, in the order in which they were written."""
        return tuple(review for review in self.reviews if review.scene_id == scene_id)

    def note(self) -> str:
        """Return what the reviews say of the counter, one sentence."""
        miss, false = self.rates.error.miss_mean, self.rates.error.false_mean
        scenes = len({review.scene_id for review in self.reviews})
        return (
            f"Reviews of {plural(self.rates.reviewed, 'track')} in {plural(scenes, 'scene')} are used: at this site "
            f"the counter misses {100 * miss:.1f} % of cars, and {100 * false:.1f} % of its cars are none."
        )


def site_knowledge(
    observations: Sequence[Observation], site: Site, counters: SiteCounters, *, model: str
) -> SiteKnowledge | None:
    """Return what the reviews of a site teach; None where there are none."""
    reviews = strip_reviews(observations, model=model)
    if not reviews:
        return None
    return SiteKnowledge(
        key=_key(reviews),
        reviews=reviews,
        rates=site_rates(reviews, counters.prior_error()),
        lengths=_lengths(reviews, _site_prior(site, counters.prior_lengths())),
    )


def _key(reviews: Sequence[StripReview]) -> str:
    """Return a name for the reviews: the same cars by the same analysts give the same name, whenever they were said."""
    lines = sorted(
        repr((r.scene_id, r.track_id, r.analyst, [(c.start_m, c.end_m, str(c.type), str(c.cover)) for c in r.cars]))
        for r in reviews
    )
    return f"reviews sha256:{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:16]}"


def _site_prior(site: Site, prior: LengthPrior) -> LengthPrior:
    """Return the lengths that the site's gauges and networks let expect; the general ones where its tracks differ."""
    own = [length_prior(track.gauges_mm, track.network, prior) for track in site.tracks]
    return own[0] if all(one == own[0] for one in own) else prior


def _lengths(reviews: Sequence[StripReview], prior: LengthPrior) -> LengthPrior | None:
    lengths: list[float] = []
    weights: list[float] = []
    for review in {review.key: review for review in reviews}.values():
        whole = [car.length_m for car in review.cars if not car.truncated]
        lengths += whole
        weights += [min(1.0, _TRAIN / len(whole))] * len(whole)
    return learn_lengths(lengths, prior, weights=weights) if lengths else None


def with_reviews(knowledge: SiteKnowledge, counters: SiteCounters, scene_id: str) -> SceneCounter:
    """Return what counts one scene of a reviewed site.

    A scene that was itself reviewed in part is counted without an error of its own: ``accepted_count`` adds it where
    no analyst looked.
    """
    error = NO_ERROR if knowledge.of_scene(scene_id) else knowledge.rates.error
    return counters.counter(knowledge.key, knowledge.lengths, error)


def accepted_count(knowledge: SiteKnowledge, scene_id: str, counted: SceneCount) -> SceneCount:
    """Return the count that stands for a scene of a reviewed site, from what ``with_reviews`` counted."""
    own = knowledge.of_scene(scene_id)
    if own and counted.status is not CountStatus.NOT_COUNTABLE:
        counted = reviewed_scene(counted, own, knowledge.rates, scene_id=scene_id)
    return replace(counted, reasons=(*counted.reasons, knowledge.note()))


def standing_rows(observations: Sequence[Observation], *, model: str) -> tuple[Observation, ...]:
    """Leave out the rows that may not stand for their scene.

    A review of some tracks is no count of the scene: it stands through the accepted value made with it. Accepted values
    that were made here stand only where they were made with exactly the present reviews and network, and never
    against a value that a person accepted.
    """
    reviews = strip_reviews(observations, model=model)
    present = f"{model} {_key(reviews)}" if reviews else ""
    counts = automatic_counts(observations, model=model)
    by_person = {
        row.scene_id for row in observations if row.kind is ObservationKind.ACCEPTED and row.author != AUTOMATIC_AUTHOR
    }

    def stands(row: Observation) -> bool:
        if row.kind is ObservationKind.REVIEW:
            whole = counts.get(row.scene_id)
            seen = {track.track_id for track in row.result.tracks}
            return whole is None or seen >= {track.track_id for track in whole.tracks}
        if row.kind is ObservationKind.ACCEPTED and row.author == AUTOMATIC_AUTHOR:
            return row.result.model == present and row.scene_id not in by_person
        return True

    return tuple(row for row in observations if stands(row))


def reviewers_of(observations: Sequence[Observation], count: SceneCount, scene_id: str) -> str:
    """Return who reviewed a scene, names joined by commas; empty unless every track that it shows was reviewed."""
    own = [review for review in latest_reviews(observations) if review.row.scene_id == scene_id]
    shown = {track.track_id for track in count.tracks if track.visible_fraction > 0.0}
    whole = bool(own) and shown <= {review.track_id for review in own}
    return ", ".join(sorted({review.row.author for review in own})) if whole else ""


# ---------------------------------------------------------------------------- what to review next
def suggestions(
    observations: Sequence[Observation],
    rates: SiteRates,
    *,
    model: str,
    number: int,
    scene_ids: Sequence[str] = (),
) -> tuple[Suggestion, ...]:
    """Say which strips to review next.

    Args:
        observations: of the site.
        rates: learnt from its reviews (the prior's where there are none).
        model: the present network's name and digest.
        number: how many to suggest.
        scene_ids: the scenes whose intervals are to be narrowed; all of the site's where empty. With several, their
            strips alone are looked at.
    """
    done = {(review.row.scene_id, review.track_id) for review in latest_reviews(observations)}
    counts = automatic_counts(observations, model=model)
    target = scene_ids[0] if len(scene_ids) == 1 else None
    strips = [
        _outlook(scene_id, count, k, rates)
        for scene_id, count in counts.items()
        if count.status is not CountStatus.NOT_COUNTABLE and (len(scene_ids) < 2 or scene_id in scene_ids)
        for k, track in enumerate(count.tracks)
        if (scene_id, track.track_id) not in done and track.visible_fraction > 0.0
    ]
    return next_to_review(strips, rates, number=number, scene_id=target)


def _outlook(scene_id: str, count: SceneCount, k: int, rates: SiteRates) -> StripOutlook:
    track = count.tracks[k]
    packaged = rates.prior.at(count.gsd_m)
    shared = track.count.mean**2 * (packaged.miss_sd**2 + packaged.false_sd**2)
    own = max(track.count.variance - shared, 0.05 * track.count.variance, 1e-3)
    # What is hidden from the camera is hidden from the analyst: a review takes the visible part's doubt away alone.
    return StripOutlook(scene_id, track.track_id, count.gsd_m, track.count.mean, own * track.visible_fraction)
