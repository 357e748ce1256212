"""docs/accuracy.md, section by section. Every figure comes from one run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from counting_aims import EMPTY_BELOW, aims
from counting_ground import kind_of
from counting_scoring import LEVELS, REGIMES, ImageScore, summarise, sure_pairs

from . import failures, texts
from .peers import Peer
from .run import Counted, Results
from .tables import (
    DASH,
    GROUP_HEAD,
    IMAGE_HEAD,
    aim_cell,
    group_row,
    image_row,
    percent,
    table,
    truth_words,
)


def page(results: Results, *, figure: str) -> str:
    """Return the whole page.

    Args:
        results: of one run.
        figure: where the reliability diagram is, as seen from the page.
    """
    sections = [
        _head(results),
        _aims(results),
        _images(results),
        _regimes(results),
        _made_worse(results),
        _ground(results),
        _calibration(results, figure),
        _peers(results),
        _others(results),
        _failures(results),
        _meanings(),
    ]
    return "\n".join(line for section in sections for line in section).rstrip() + "\n"


def _names(images: Sequence[str] | frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(images))


def _learnt(counted: Counted) -> str:
    return f"learnt from {_names(counted.learnt_from)}" if counted.learnt_from else "learnt from no real image"


def _head(results: Results) -> list[str]:
    lines = [
        "# How well real images are counted",
        "",
        texts.HEAD.rstrip(),
        "",
        f"shipped: `{results.shipped.model}`",
        "",
        f"The shipped weights {_learnt(results.shipped)}.",
    ]
    if results.shipped.learnt_from:
        lines.append("Such an image has a table of its own and enters no summary, no aim, no diagram.")
    return [*lines, ""]


def _aims(results: Results) -> list[str]:
    names, answers = [], []
    for counted in (results.shipped, *results.others):
        prefix = "" if counted is results.shipped else f"{counted.name}, "
        names += [f"{prefix}as taken", f"{prefix}made worse"]
        answers.append(aims(counted.new(counted.taken()), counted.new(counted.ground)))
        answers.append(aims(counted.new(counted.worse())))
    rows = [[row[0].what, *[aim_cell(aim) for aim in row]] for row in zip(*answers, strict=True)]
    return ["## The aims, and whether they are met", "", *table(["aim", *names], rows)]


def _images(results: Results) -> list[str]:
    shipped = results.shipped
    new = shipped.new(shipped.taken())
    lines = ["## Image by image, as taken", "", *table(IMAGE_HEAD, [image_row(image) for image in new])]
    seen = [image for image in shipped.taken() if image not in new]
    if seen:
        lines += ["### Learnt from: no evidence of anything", "", *table(IMAGE_HEAD, [image_row(i) for i in seen])]
    return lines


def _by_regime(images: Sequence[ImageScore], kind: str) -> list[list[str]]:
    rows = []
    for regime in REGIMES:
        chosen = [image for image in images if image.regime is regime]
        if chosen:
            rows.append([regime.name, kind, *group_row(summarise(chosen))])
    return rows


def _regimes(results: Results) -> list[str]:
    shipped = results.shipped
    rows = _by_regime(shipped.new(shipped.taken()), "as taken") + _by_regime(shipped.new(shipped.worse()), "made worse")
    rows.sort(key=lambda row: [regime.name for regime in REGIMES].index(row[0]))
    return [
        "## By ground sample distance",
        "",
        texts.REGIMES,
        *table(["GSD", "images are", *GROUP_HEAD], rows),
    ]


def _made_worse(results: Results) -> list[str]:
    shipped = results.shipped
    images = shipped.new(shipped.worse())
    kinds = list(dict.fromkeys(image.treatment for image in images))
    kinds.sort(key=lambda kind: (not kind[0].isdigit(), kind))
    rows = [[kind, *group_row(summarise([i for i in images if i.treatment == kind]))] for kind in kinds]
    matrix = []
    for image in shipped.new(shipped.taken()):
        own = {i.treatment: i for i in images if i.source == image.name}
        if own:
            cells = [_short(own[kind]) if kind in own else DASH for kind in kinds]
            matrix.append([image.name, truth_words(image.truth), _short(image), *cells])
    return [
        "## Made worse",
        "",
        texts.MADE_WORSE,
        *table(["treatment", *GROUP_HEAD], rows),
        "The totals: mean and 90 % interval, mean absolute error per track.",
        "",
        *table(["image", "true", "as taken", *kinds], matrix),
        "<details><summary>Every one of them, with all scores</summary>",
        "",
        *table(IMAGE_HEAD, [image_row(image) for image in images]),
        "</details>",
        "",
    ]


def _short(image: ImageScore) -> str:
    interval = image.count.interval(0.9)
    return f"{image.count.mean:.1f} [{interval.low}, {interval.high}], {summarise([image]).mae:.2f}"


def _ground(results: Results) -> list[str]:
    every = (results.shipped, *results.others)
    kinds = list(dict.fromkeys(kind_of(image) for image in results.shipped.ground))
    rows = []
    for kind in kinds:
        cells = []
        for counted in every:
            own = [image for image in counted.ground if kind_of(image) == kind]
            cells.append(_empty_cell(own))
        rows.append([kind, *cells])
    rows.append(["all", *[_empty_cell(counted.ground) for counted in every]])
    seen = [counted.name for counted in every if "ground" in counted.learnt_from]
    note = f"Ground that {' and '.join(seen)} learnt from is no evidence; the roads are." if seen else ""
    return [
        "## Where there is no railway",
        "",
        texts.GROUND.format(km=results.ground_km).rstrip(),
        *([note] if note else []),
        "",
        *table(["ground", *[counted.name for counted in every]], rows),
    ]


def _empty_cell(images: Sequence[ImageScore]) -> str:
    means = [track.count.mean for image in images for track in image.tracks]
    return f"{sum(mean < EMPTY_BELOW for mean in means)} of {len(means)} empty, {sum(means):.1f} cars"


def _calibration(results: Results, figure: str) -> list[str]:
    shipped = results.shipped
    groups: list[tuple[str, list[ImageScore]]] = [
        ("as taken", shipped.new(shipped.taken())),
        ("made worse", shipped.new(shipped.worse())),
    ]
    rows = []
    for name, images in groups:
        found = summarise(images)
        rows += [
            [name, f"{level:.0%}", *cells]
            for level in LEVELS
            for cells in [
                [
                    f"{found.held_loaded[level]} of {found.loaded}, {percent(found.held_loaded[level], found.loaded)}",
                    f"{found.claimed_loaded[level]:.0%}",
                    f"{found.held[level]} of {found.tracks}, {percent(found.held[level], found.tracks)}",
                    f"{found.claimed[level]:.0%}",
                    f"{found.held_images[level]} of {found.images}",
                ]
            ]
        ]
    head = ["images", "level", "tracks with cars", "they claim", "all tracks", "they claim", "images' totals"]
    sure = len(sure_pairs(shipped.new(shipped.images)))
    return [
        "## Is it as sure as it may be?",
        "",
        texts.INTERVALS,
        *table(head, rows),
        f"![Reliability of the counts]({figure})",
        "",
        texts.DIAGRAM.format(sure=sure),
    ]


# ---------------------------------------------------------------------------- others
def _peer_cell(peer: Peer, images: Sequence[ImageScore]) -> str:
    found = peer.scored(images)
    if found is None:
        return DASH
    short = f" ({found.images} of {len(images)} images)" if found.images < len(images) else ""
    spent = "" if found.cpu_s is None else f", {found.cpu_s:.2f} s"
    return f"{found.total:.1f}, {found.mae:.2f}{spent}{short}"


def _own_cell(images: Sequence[ImageScore]) -> str:
    found = summarise(images)
    return f"{found.total:.1f}, {found.mae:.2f}, {sum(image.cpu_s for image in images):.2f} s"


def _peers(results: Results) -> list[str]:
    if not results.peers:
        return []
    shipped = results.shipped
    taken, worse = shipped.new(shipped.taken()), shipped.new(shipped.worse())
    groups: list[tuple[str, list[ImageScore]]] = [(image.name, [image]) for image in taken]
    for kind, images in (("as taken", taken), ("made worse", worse)):
        regimes = [(f"{r.name}, {kind}", [i for i in images if i.regime is r]) for r in REGIMES]
        groups += [(name, chosen) for name, chosen in regimes if chosen]
        groups.append((f"all {kind}", images))
    rows = [
        [name, truth_words(summarise(images).truth), _own_cell(images), *[_peer_cell(p, images) for p in results.peers]]
        for name, images in groups
    ]
    return [
        "## Beside other ways of counting",
        "",
        texts.PEERS,
        *table(["images", "true", "wayside", *[peer.name for peer in results.peers]], rows),
        *[f"- {peer.name}: {peer.note}" for peer in results.peers if peer.note],
        "",
    ]


def _others(results: Results) -> list[str]:
    lines = []
    for other in results.others:
        new = other.new(other.taken())
        rows = _by_regime(new, "as taken") + _by_regime(other.new(other.worse()), "made worse")
        rows.sort(key=lambda row: [regime.name for regime in REGIMES].index(row[0]))
        lines += [
            f"## Other weights: {other.name}",
            "",
            f"`{other.model}`; {_learnt(other)}.",
            "",
            *table(IMAGE_HEAD, [image_row(image) for image in new]),
            *table(["GSD", "images are", *GROUP_HEAD], rows),
        ]
    return lines


# ---------------------------------------------------------------------------- what went wrong
def _failure_rows(found: Sequence[failures.Failure], learnt: Callable[[str], bool]) -> list[list[str]]:
    causes = failures.read_causes()
    rows = []
    for failure in found:
        interval = failure.track.count.interval(0.9)
        name = failure.key + (" (learnt from)" if learnt(failure.image.source) else "")
        cells = [
            truth_words(failure.track.truth),
            f"{failure.track.count.mean:.1f}",
            f"{interval.low} to {interval.high}",
        ]
        rows.append([name, *cells, failures.cause_of(failure, causes)])
    return rows


def _failures(results: Results) -> list[str]:
    shipped = results.shipped
    head = ["track", "true", "mean", "90 % interval", "what the strip shows"]

    def learnt(source: str) -> bool:
        return source in shipped.learnt_from

    taken = failures.failures(shipped.taken())
    lines = [
        "## What went wrong",
        "",
        texts.FAILURES,
        *(table(head, _failure_rows(taken, learnt)) if taken else ["None.", ""]),
    ]
    worst = failures.worst_made_worse(shipped)
    if worst:
        every = len(failures.failures(shipped.new(shipped.worse())))
        lines += [
            f"The worst {len(worst)} of {every} on images made worse:",
            "",
            *table(head, _failure_rows(worst, learnt)),
        ]
    return lines


def _meanings() -> list[str]:
    return ["## What the columns mean", "", texts.MEANINGS]
