"""The use cases of reviewing: write a file to edit, take an edited file over, say what to look at next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wayside.counting.facility import SceneError
from wayside.counting.review_next import Suggestion
from wayside.counting.review_rates import SiteRates, site_rates
from wayside.model.observations import Observation
from wayside.pipeline.ports import VectorFiles
from wayside.pipeline.review_exchange import chosen_scenes, review_layers
from wayside.pipeline.review_import import read_review
from wayside.pipeline.review_rows import StripChange
from wayside.pipeline.reviewing import SiteCounters, latest_reviews, strip_reviews, suggestions
from wayside.pipeline.running import Services

__all__ = ["ReviewRecord", "export_review", "import_review", "review_status"]

_RANKED = 50
"""Strips of a file that get a priority."""


@dataclass(frozen=True)
class ReviewRecord:
    """What a review command did.

    Attributes:
        action: "export", "import" or "next".
        scenes: ids of the scenes in the file, or that were reviewed.
        recorded: rows that are new in the database.
        changes: strip by strip, what the analyst changed.
        reviewed: how many strips of the site are reviewed, by all analysts together.
        before: what goes wrong in a scene that nobody reviewed, before this; None where nothing was taken over.
        rates: how the counter and the analysts err, after this.
        next: which strips to review next, the best first.
        files: what was written, by what it is.
        notes: what was assumed, sentences.
    """

    action: str
    scenes: tuple[str, ...]
    rates: SiteRates
    reviewed: int
    recorded: int = 0
    changes: tuple[StripChange, ...] = ()
    before: SceneError | None = None
    next: tuple[Suggestion, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as values that ``json.dumps`` takes; its schema is docs/schemas/review.json."""
        return {
            "command": "review",
            "action": self.action,
            "scenes": list(self.scenes),
            "recorded": self.recorded,
            "tracks_reviewed": len(self.changes),
            "added": sum(change.added for change in self.changes),
            "deleted": sum(change.deleted for change in self.changes),
            "changed": sum(change.changed for change in self.changes),
            "strips": [_change_json(change) for change in self.changes],
            "reviewed": self.reviewed,
            "rates": {
                "before": None if self.before is None else _error_json(self.before),
                "after": _error_json(self.rates.error),
                "analyst_miss": {
                    "mean": round(self.rates.analyst_miss[0], 5),
                    "sd": round(self.rates.analyst_miss[1], 5),
                },
            },
            "next": [_suggestion_json(suggestion) for suggestion in self.next],
            "files": dict(self.files),
            "notes": list(self.notes),
        }


def _change_json(change: StripChange) -> dict[str, Any]:
    return {
        "scene": change.scene_id,
        "track": change.track_id,
        "automatic": change.automatic,
        "cars": change.cars,
        "added": change.added,
        "deleted": change.deleted,
        "changed": change.changed,
    }


def _error_json(error: SceneError) -> dict[str, Any]:
    return {
        "miss": {"mean": round(error.miss_mean, 5), "sd": round(error.miss_sd, 5)},
        "false": {"mean": round(error.false_mean, 5), "sd": round(error.false_sd, 5)},
    }


def _suggestion_json(one: Suggestion) -> dict[str, Any]:
    return {
        "scene": one.scene_id,
        "track": one.track_id,
        "variance": round(one.before, 4),
        "gain": round(one.gain, 4),
        "narrows": round(one.narrows, 4),
    }


def _rates(observations: Sequence[Observation], counters: SiteCounters, model: str) -> SiteRates:
    return site_rates(strip_reviews(observations, model=model), counters.prior_error())


def _reviewed(observations: Sequence[Observation]) -> int:
    return len({(review.row.scene_id, review.track_id) for review in latest_reviews(observations)})


def review_status(
    services: Services, counters: SiteCounters, *, number: int, scene_ids: Sequence[str] = ()
) -> ReviewRecord:
    """Say which strips to review next.

    Raises:
        InputError: nothing is counted, or a scene that is not there.
    """
    observations, model = services.store.observations(services.site), services.counter.model
    scenes = chosen_scenes(services.catalogue.scenes(), observations, model=model, wanted=scene_ids)
    rates = _rates(observations, counters, model)
    found = suggestions(observations, rates, model=model, number=number, scene_ids=scene_ids)
    return ReviewRecord("next", tuple(s.id for s in scenes), rates, _reviewed(observations), next=found)


def export_review(
    services: Services,
    counters: SiteCounters,
    files: VectorFiles,
    path: Path,
    *,
    scene_ids: Sequence[str] = (),
    number: int | None = None,
    analyst: str = "",
) -> ReviewRecord:
    """Write a file for an analyst to edit.

    Args:
        services: of the workspace.
        counters: that know a site.
        files: of vector layers.
        path: the file, which must not be there.
        scene_ids: which scenes; all where empty.
        number: where given, only the scenes of the so many strips that are worth most.
        analyst: whose earlier reviews are carried on; nobody's where empty.

    Raises:
        InputError: nothing is counted, a scene that is not there, or the file is there already.
        OutsideError: the disk refuses.
    """
    observations, model = services.store.observations(services.site), services.counter.model
    scenes = chosen_scenes(services.catalogue.scenes(), observations, model=model, wanted=scene_ids)
    rates = _rates(observations, counters, model)
    found = suggestions(observations, rates, model=model, number=number or _RANKED, scene_ids=scene_ids)
    if number is not None and found:
        scenes = tuple(s for s in scenes if s.id in {one.scene_id for one in found})
    layers = review_layers(services.site, scenes, observations, model=model, ranking=found, analyst=analyst)
    files.write(path, layers)
    return ReviewRecord(
        "export",
        tuple(s.id for s in scenes),
        rates,
        _reviewed(observations),
        next=found if number is not None else (),
        files={"geopackage": str(path)},
    )


def import_review(
    services: Services,
    counters: SiteCounters,
    files: VectorFiles,
    path: Path,
    *,
    analyst: str,
    number: int | None = None,
) -> ReviewRecord:
    """Take an edited file over, all of it or nothing; automatic rows stay as they are.

    Raises:
        InputError: with everything that is wrong with the file.
        WorkspaceError, OutsideError: the database refuses.
    """
    site, model = services.site, services.counter.model
    observations = services.store.observations(site)
    read = read_review(
        files.read(path),
        site,
        services.catalogue.scenes(),
        observations,
        model=model,
        analyst=analyst,
        now=services.clock.now(),
        to_lonlat=files.to_lonlat,
        where=str(path),
    )
    before = _rates(observations, counters, model).error
    recorded = services.store.record_all(read.observations)
    after = services.store.observations(site)
    rates = _rates(after, counters, model)
    return ReviewRecord(
        "import",
        tuple(sorted({change.scene_id for change in read.changes})),
        rates,
        _reviewed(after),
        recorded=recorded,
        changes=read.changes,
        before=before,
        next=suggestions(after, rates, model=model, number=number) if number else (),
        notes=(*read.notes, *(("Run wayside run: the reviews change the counts.",) if recorded else ())),
    )
