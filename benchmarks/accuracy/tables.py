"""Rows and numbers of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from counting_aims import Aim
from counting_scoring import LEVELS, Gaps, ImageScore, Summary, Truth, holds, summarise

DASH = "–"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table in Markdown, followed by an empty line."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return [*lines, *[f"| {' | '.join(row)} |" for row in rows], ""]


def yes(met: bool | None) -> str:
    return DASH if met is None else "yes" if met else "**no**"


def percent(reached: int, of: int) -> str:
    return f"{reached / of:.0%}" if of else DASH


def truth_words(truth: Truth) -> str:
    return f"{truth.best}" if truth.sure else f"{truth.best} ({truth.low} to {truth.high})"


def error_words(found: Summary) -> str:
    """Return the error of the total in cars, and in per cent where there is something to be off from."""
    share = found.error_share
    return f"{found.error:+.1f}" if share is None else f"{found.error:+.1f} ({share:+.0%})"


def gap_words(gaps: Gaps) -> tuple[str, str]:
    """Return precision and recall."""
    return percent(gaps.matched, gaps.found), percent(gaps.matched, gaps.labelled)


def score_words(found: Summary) -> str:
    return f"{found.score:.2f} / {found.own_score:.2f}" if found.sure else DASH


def aim_cell(aim: Aim) -> str:
    return aim.measured if aim.met is None else f"{yes(aim.met)}: {aim.measured}"


IMAGE_HEAD = (
    "image",
    "GSD m",
    "tracks",
    "true",
    "mean",
    "error",
    "90 % interval",
    "50 / 80 / 90 % hold",
    "bias per track",
    "MAE per track",
    "outside the range",
    "gap precision",
    "gap recall",
    "50 / 80 / 90 % hold, tracks",
    "width of 90 %, tracks with cars",
    "score / expected",
)


def image_row(image: ImageScore) -> list[str]:
    """Return one image's row."""
    found, truth = summarise([image]), image.truth
    interval = image.count.interval(0.9)
    return [
        image.name,
        f"{image.gsd_m:.2f}",
        f"{found.tracks}",
        truth_words(truth),
        f"{image.count.mean:.1f}",
        error_words(found),
        f"{interval.low} to {interval.high}",
        " / ".join("yes" if holds(image.count, truth, level) else "**no**" for level in LEVELS),
        f"{found.bias:+.2f}",
        f"{found.mae:.2f}",
        f"{found.mae_beyond:.2f}",
        *gap_words(found.gaps),
        " / ".join(f"{found.held[level]}" for level in LEVELS) + f" of {found.tracks}",
        f"{found.width:.1f}" if found.loaded else DASH,
        score_words(found),
    ]


GROUP_HEAD = (
    "images",
    "tracks (with cars)",
    "true",
    "error of the total",
    "bias per track",
    "MAE per track",
    "outside the range",
    "gap precision",
    "gap recall",
    "50 / 80 / 90 % hold, tracks with cars",
    "they claim",
    "50 / 80 / 90 % hold, images",
    "width of 90 %, tracks with cars",
    "width of 90 %, totals",
    "score / expected",
)


def group_row(found: Summary) -> list[str]:
    """Return the row of several images together."""
    return [
        f"{found.images}",
        f"{found.tracks} ({found.loaded})",
        truth_words(found.truth),
        error_words(found),
        f"{found.bias:+.2f}",
        f"{found.mae:.2f}",
        f"{found.mae_beyond:.2f}",
        *gap_words(found.gaps),
        " / ".join(percent(found.held_loaded[level], found.loaded) for level in LEVELS),
        " / ".join(f"{found.claimed_loaded[level]:.0%}" for level in LEVELS) if found.loaded else DASH,
        " / ".join(percent(found.held_images[level], found.images) for level in LEVELS),
        f"{found.width:.1f}" if found.loaded else DASH,
        f"{found.width_images:.0f} %" if found.loaded else DASH,
        score_words(found),
    ]
