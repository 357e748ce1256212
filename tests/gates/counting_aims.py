"""What the counter is meant to reach, and whether it does: every answer from the scores alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from counting_scoring import ImageScore, Summary, summarise

HOLDS = (0.85, 0.95)
CALIBRATED = (0.75, 1.33)
"""Mean score over what the distributions expect of it: under the first they are wider than they need be, over the
second surer than they may be."""
EMPTY_BELOW = 0.5


class Aim(NamedTuple):
    """One aim: in words, what was measured, and whether that meets it (None: nothing to measure it on)."""

    what: str
    measured: str
    met: bool | None


class Total(NamedTuple):
    """The total may be off by ``within``, a share, where the GSD is over ``above`` and at most ``to`` metres."""

    above: float
    to: float
    within: float

    @property
    def where(self) -> str:
        return f"up to {self.to:g} m" if self.above == 0.0 else f"{self.above:g} to {self.to:g} m"


TOTALS = (Total(0.0, 0.6, 0.03), Total(0.6, 1.2, 0.05), Total(1.2, 2.0, 0.15))
TRACK_ERROR = 0.3
TRACK_ERROR_TO_M = 0.6


def _between(images: Sequence[ImageScore], above: float, to: float) -> list[ImageScore]:
    return [image for image in images if above < image.gsd_m <= to + 1e-9]


def _together(aim: Total, images: Sequence[ImageScore]) -> Aim:
    what = f"total of all images within ±{aim.within:.0%}, {aim.where}"
    share = summarise(images).error_share
    if share is None:
        return Aim(what, "no car there", None)
    return Aim(what, f"{share:+.1%}", abs(share) <= aim.within)


def _each(aim: Total, images: Sequence[ImageScore]) -> Aim:
    what = f"total of each image with cars within ±{aim.within:.0%}, {aim.where}"
    shares = {i.name: share for i in images if (share := summarise([i]).error_share) is not None}
    if not shares:
        return Aim(what, "no car there", None)
    worst = max(shares, key=lambda name: abs(shares[name]))
    good = sum(abs(share) <= aim.within for share in shares.values())
    return Aim(what, f"{good} of {len(shares)}; worst {shares[worst]:+.1%} ({worst})", good == len(shares))


def _track_error(images: Sequence[ImageScore]) -> Aim:
    what = f"mean absolute error at most {TRACK_ERROR:g} cars per track, up to {TRACK_ERROR_TO_M:g} m"
    chosen = _between(images, 0.0, TRACK_ERROR_TO_M)
    if not chosen:
        return Aim(what, "no image there", None)
    found = summarise(chosen)
    words = f"{found.mae:.2f}; outside the reader's range {found.mae_beyond:.2f}"
    return Aim(what, words, found.mae <= TRACK_ERROR)


def _intervals(found: Summary) -> list[Aim]:
    low, high = HOLDS
    rows = []
    for who, held, of, said in (
        ("tracks with cars", found.held_loaded[0.9], found.loaded, found.claimed_loaded[0.9]),
        ("all tracks", found.held[0.9], found.tracks, found.claimed[0.9]),
        ("images' totals", found.held_images[0.9], found.images, None),
    ):
        what = f"90 % intervals hold the truth in {low:.0%} to {high:.0%} of {who}"
        extra = f"; they claim {said:.0%}, as counts are whole" if said is not None else ""
        share = held / of if of else None
        measured = "none there" if share is None else f"{held} of {of}, {share:.0%}{extra}"
        rows.append(Aim(what, measured, None if share is None else low <= share <= high))
    return rows


def _no_wider(found: Summary) -> Aim:
    low, high = CALIBRATED
    what = f"no wider, no surer than need be: mean score {low:g} to {high:g} times what the distributions expect"
    if not found.sure or found.own_score <= 0.0:
        return Aim(what, "no track there", None)
    ratio = found.score / found.own_score
    return Aim(what, f"{ratio:.2f} ({found.score:.2f} for {found.own_score:.2f} cars)", low <= ratio <= high)


def _empty(images: Sequence[ImageScore]) -> Aim:
    what = "empty tracks counted as empty"
    empty = [track for image in images for track in image.tracks if track.truth.high == 0]
    if not empty:
        return Aim(what, "none there", None)
    good = sum(track.count.mean < EMPTY_BELOW for track in empty)
    return Aim(what, f"{good} of {len(empty)}", good == len(empty))


def _ground(images: Sequence[ImageScore]) -> Aim:
    what = "lines where there is no railway counted as empty"
    lines = [track for image in images for track in image.tracks]
    if not lines:
        return Aim(what, "none there", None)
    good = sum(track.count.mean < EMPTY_BELOW for track in lines)
    return Aim(what, f"{good} of {len(lines)}", good == len(lines))


def aims(images: Sequence[ImageScore], ground: Sequence[ImageScore] = ()) -> list[Aim]:
    """Return every aim with what these images say of it.

    Args:
        images: with labelled tracks.
        ground: with lines where there is no railway.
    """
    found = summarise(images)
    rows: list[Aim] = []
    for aim in TOTALS:
        chosen = _between(images, aim.above, aim.to)
        rows += [_together(aim, chosen), _each(aim, chosen)]
    return [*rows, _track_error(images), *_intervals(found), _no_wider(found), _empty(images), _ground(ground)]
