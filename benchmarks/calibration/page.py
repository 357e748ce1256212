"""docs/calibration.md: every number of it from the rows, with the words that the numbers call for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from detection.sites import KINDS

from calibration import texts
from calibration.asking import QUANTITIES, SAID
from calibration.figures import PARAMETERS, SHORT
from calibration.run import MODEL
from calibration.scores import Coverage, Ranks, Row, coverage, edges_out, ranks, reliability, said, weights
from calibration.trial import Trial

__all__ = ["page"]

OFF_ERRORS, NARROW, WIDE = 2.5, 0.86, 0.94
RATES = ((0.0, 12.0), (12.0, 25.0), (25.0, 50.0), (50.0, math.inf))
SURE = 0.9

Rows = Sequence[Row]


def page(rows: Rows, trials: Sequence[Trial], pictures: Sequence[Path]) -> str:
    """Return the page."""
    own = [row for row in rows if row["kind"] == MODEL]
    others = [row for row in rows if row["kind"] != MODEL]
    ranked, covered, probable = (f"images/{file.name}" for file in pictures)
    parts = [
        texts.HEAD.format(others=len(others), kinds=len(KINDS), own=len(own)),
        "## In short\n",
        *_in_short(own, others),
        texts.RANKS.format(picture=ranked),
        *_ranks(own),
        texts.COVERAGE.format(picture=covered),
        *_levels(others),
        "\n### The 90 % interval by kind of site\n",
        *_by_group(others, _kinds(others)),
        "\n### The 90 % interval by scenes a year\n",
        *_by_group(others, _rates(others)),
        texts.PROBABILITIES.format(picture=probable),
        *_probabilities(own, others),
        "\n### Surges that are none\n",
        *_false_surges(others),
        texts.BREAKS,
        *_breaks(others),
        texts.TRIAL,
        *_trials(trials),
        texts.LIMITS,
    ]
    return "\n".join(parts).rstrip() + "\n"


# ---------------------------------------------------------------------------- words and cells
def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.0f} %"


def _marked(held: Coverage | None) -> str:
    """Return the 90 % interval's share, bold where it is off by more than chance and by enough to matter."""
    if held is None or held.sites < 5:
        return "–"
    text = _percent(held.share[2])
    return f"**{text}**" if _verdict(held) else text


def _verdict(held: Coverage) -> str:
    """Return "narrow", "wide" or nothing."""
    off = held.off(2)
    if held.share[2] < NARROW and off < -OFF_ERRORS:
        return "narrow"
    return "wide" if held.share[2] > WIDE and off > OFF_ERRORS else ""


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for line in lines:
        yield f"| {' | '.join(line)} |"


def _kinds(rows: Rows) -> list[tuple[str, Rows]]:
    return [
        (
            f"{kind}, {'with a rise' if surge else 'quiet'}",
            [r for r in rows if r["kind"] == kind and r["surge"] is surge],
        )
        for kind in KINDS
        for surge in (False, True)
    ]


def _rates(rows: Rows) -> list[tuple[str, Rows]]:
    return [
        (
            f"{low:g} to {high:g}" if high < math.inf else f"more than {low:g}",
            [r for r in rows if low <= r["scenes_per_year"] < high],
        )
        for low, high in RATES
    ]


# ---------------------------------------------------------------------------- tables
def _in_short(own: Rows, others: Rows) -> Iterator[str]:
    good: list[str] = []
    bad: list[str] = []
    for name in SHORT:
        found = ranks(own, name)
        held = coverage(own, name)
        if found is not None and held is not None:
            (good if _remark(found, held) == "uniform" else bad).append(SHORT[name])
    tail = f"; not for {', '.join(bad)}" if bad else ""
    yield f"- Where sites are drawn from the model, ranks of the truth are uniform for {', '.join(good)}{tail}."
    every = [(SHORT[n], c) for n in QUANTITIES if n in SHORT and (c := coverage(others, n)) is not None]
    narrow = [f"{name} ({_percent(c.share[2])})" for name, c in every if _verdict(c) == "narrow"]
    wide = [f"{name} ({_percent(c.share[2])})" for name, c in every if _verdict(c) == "wide"]
    fair = [name for name, c in every if not _verdict(c)]
    yield f"- Over all kinds of site the 90 % interval holds about 90 % for {', '.join(fair) or 'nothing'}."
    if narrow:
        yield f"- It is too narrow for {', '.join(narrow)}."
    if wide:
        yield f"- It is wider than need be for {', '.join(wide)}."
    quiet = [r for r in others if not r["surge"]]
    false = _percent(edges_out(quiet, "surge", SURE))
    yield f"- Quiet sites whose level is no surge are given one with more than {_percent(SURE)} in {false} of cases."
    for name in ("surge", "record, all"):
        score = reliability(*said(others, name))
        if score is not None:
            p, was = said(others, name)
            yield (
                f"- {SAID[name].split(':')[0].capitalize()}: said with {_percent(float(p.mean()))} on average, true of "
                f"{_percent(float(was.mean()))}; Brier score {score.brier:.3f}, against {score.base:.3f} for who "
                f"always says that share."
            )


def _remark(found: Ranks, held: Coverage) -> str:
    """Return what the ranks are: a 90 % interval that is off shows in their tails before any test of the whole."""
    if min(found.chi2_p, found.ks_p) < texts.REFUSED:
        return "**not uniform**"
    return f"**90 % too {_verdict(held)}**" if _verdict(held) else "uniform"


def _ranks(own: Rows) -> Iterator[str]:
    lines = []
    for name in SHORT:
        found, held = ranks(own, name), coverage(own, name)
        if found is None or held is None:
            continue
        lines.append(
            [
                QUANTITIES[name],
                str(held.sites),
                *(_percent(s) for s in held.share),
                f"{_percent(held.below)} / {_percent(held.above)}",
                f"{found.chi2_p:.2g}",
                f"{found.ks_p:.2g}",
                _remark(found, held),
            ]
        )
    head = ("quantity", "sites", "50 %", "80 %", "90 %", "below / above the 90 %", "χ² p", "KS p", "ranks")
    yield from _table(head, lines)
    yield ""
    lines = []
    for name, title in PARAMETERS.items():
        score = reliability(*weights(own, name))
        if score is None:
            continue
        gap = float((np.abs(score.said - score.was) * score.cases).sum() / score.cases.sum())
        lines.append([title, *(f"{x:.3f}" for x in (score.brier, score.expected, gap))])
    yield texts.WEIGHTS
    yield from _table(("parameter", "Brier score", "expected", "mean distance from the diagonal"), lines)


def _levels(others: Rows) -> Iterator[str]:
    lines = []
    for name in SHORT:
        held = coverage(others, name)
        if held is not None:
            lines.append(
                [
                    QUANTITIES[name],
                    str(held.sites),
                    *(f"{_percent(s)} ± {100 * e:.0f}" for s, e in zip(held.share, held.error, strict=True)),
                    _percent(held.printed),
                    f"{_percent(held.below)} / {_percent(held.above)}",
                ]
            )
    head = ("quantity", "sites", "50 %", "80 %", "90 %", "90 %, edges included", "below / above the 90 %")
    yield from _table(head, lines)


def _by_group(others: Rows, groups: Sequence[tuple[str, Rows]]) -> Iterator[str]:
    names = [n for n in SHORT if coverage(others, n) is not None]
    lines = [
        [group, str(len(some)), *(_marked(coverage(some, name)) for name in names)] for group, some in groups if some
    ]
    yield from _table(("", "sites", *(SHORT[n] for n in names)), lines)


def _probabilities(own: Rows, others: Rows) -> Iterator[str]:
    lines = []
    for group, some in (("all kinds", others), ("drawn from the model", own)):
        for name, text in SAID.items():
            p, was = said(some, name)
            found = reliability(p, was)
            if found is not None:
                lines.append(
                    [
                        f"{text} ({group})",
                        str(found.total),
                        _percent(float(p.mean())),
                        _percent(float(was.mean())),
                        f"{found.brier:.3f}",
                        f"{found.expected:.3f}",
                        f"{found.base:.3f}",
                        f"{found.z:+.1f}",
                    ]
                )
    head = ("what", "cases", "said", "was so", "Brier", "expected", "base rate's", "z")
    yield from _table(head, lines)


def _false_surges(others: Rows) -> Iterator[str]:
    def line(kind: str, rows: Rows) -> list[str]:
        p, was = said(rows, "surge")
        quiet = [r for r in rows if not r["surge"]]
        surging = p[was == 1.0]
        return [
            kind,
            str(int((was == 0).sum())),
            _percent(edges_out(rows, "surge", 0.5)),
            _percent(edges_out(rows, "surge", SURE)),
            _percent(edges_out(quiet, "surge", SURE)),
            str(surging.size),
            _percent(float(np.mean(surging > 0.5)) if surging.size else math.nan),
            _percent(float(np.mean(surging > SURE)) if surging.size else math.nan),
        ]

    lines = [line(kind, [r for r in others if r["kind"] == kind]) for kind in KINDS]
    head = (
        "kind",
        "no surge",
        "said > 50 %",
        "said > 90 %",
        "quiet sites, > 90 %",
        "surges",
        "said > 50 %",
        "said > 90 %",
    )
    yield from _table(head, [*lines, line("all", others)])


def _breaks(others: Rows) -> Iterator[str]:
    for kind, about in KINDS.items():
        some = [r for r in others if r["kind"] == kind]
        off: dict[str, list[str]] = {"narrow": [], "wide": []}
        for name in SHORT:
            held = coverage(some, name)
            if held is not None and _verdict(held):
                off[_verdict(held)].append(f"{SHORT[name]} {_percent(held.share[2])}")
        found = [
            f"{text}: {', '.join(off[which])}"
            for which, text in (("narrow", "too narrow"), ("wide", "too wide"))
            if off[which]
        ]
        yield f"- **{kind}** ({about}). {'; '.join(found) if found else 'Nothing is off by more than chance'}."
        yield f"  {texts.CAUSES[kind]}"


def _trials(trials: Sequence[Trial]) -> Iterator[str]:
    lines = [[str(i), *(f"{x:.3f}" for x in (t.all_days, t.stressed, t.surge))] for i, t in enumerate(trials)]
    mean = [f"{np.mean([t[i] for t in trials]):.3f}" for i in range(3)]
    head = ("site", "record (b)", "where a jump goes anywhere", "surge")
    yield from _table(head, [*lines, ["mean", *mean]])
