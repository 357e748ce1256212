"""docs/detection.md: what was measured, as tables, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from detection.curves import ALL, OURS, Results, methods_of, results_of, sites_of
from detection.dated import case_of, truth
from detection.draw import draw_curves
from detection.gather import pair
from detection.ours import PROMISES
from detection.real import CASES
from detection.score import RATES, at_rate
from detection.sites import KINDS
from detection.stated import promised, stated

__all__ = ["write_page"]

_TEXT = Path(__file__).with_name("page.md")
_LEVEL_KINDS = ("plain", "weekly", "heavy", "miscount", "staying")


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def write_page(raw: Mapping[str, Any], page: Path) -> None:
    """Make the tables and the figure of a run's answers."""
    sites = sites_of(raw)
    methods = methods_of(raw, sites)
    results = results_of(sites, methods)
    draw_curves(results, page.parent / "images" / "detection.png")
    parts = {
        "run": _run(raw),
        "kinds": _table(["kind", "truth"], [[k, v] for k, v in KINDS.items()]),
        "all": _together(results, rising=sum(s.onset is not None and s.kind != "prior" for s in sites)),
        "kinds_table": _by_kind(results),
        "winners": _winners(results),
        "stated": _table(["method", "what", "stated", "measured"], stated(raw, sites, methods)),
        "promised": _table(
            ["asked for", *KINDS],
            [
                [f"{rate:g}", *(f"{by[k]:.2f}" for by in promised(raw, sites).values())]
                for k, rate in enumerate(PROMISES)
            ],
        ),
        "dated": _dated(raw),
        "real": _real(raw),
        "tumangang": raw.get("published") or "Not beside this checkout.",
        "promises": ", ".join(f"{p:g}" for p in PROMISES),
    }
    text = _TEXT.read_text()
    for key, value in parts.items():
        text = text.replace("{{" + key + "}}", value)
    page.write_text(text)


def _run(raw: Mapping[str, Any]) -> str:
    plan = raw["plan"]
    n = plan["sites"]
    versions = sorted({a["version"] for a in raw["others"].values() if "version" in a})
    skipped = [f"{n} ({a['skipped']})" for n, a in raw["others"].items() if "skipped" in a]
    scenes = sum(len(a["surge"]) for a in raw["ours"]["by_id"].values())
    text = (
        f"{n} quiet and {n} rising sites of each of {len(KINDS)} kinds, seeds from {plan['seed']} on; "
        f"{_seconds(raw) / 60:.0f} minutes of processor time in {plan['jobs']} processes: wayside "
        f"{raw['ours']['seconds']:.0f} s for three statements at {scenes:,} scenes, the alarm at {len(PROMISES)} rates"
    )
    rest = [f"{m} {a['seconds']:.0f} s" for m, a in raw["others"].items() if "seconds" in a]
    text += "".join(f"; {r}" for r in rest) + f". Versions: {', '.join(versions)}."
    return text + (f" Left out: {'; '.join(skipped)}." if skipped else "")


def _seconds(raw: Mapping[str, Any]) -> float:
    answers = [raw["ours"], *raw["others"].values(), *raw["dated"].values()]
    return sum(float(a.get("seconds", 0.0)) for a in answers)


def _together(results: Results, *, rising: int) -> str:
    lines = []
    for name, by_kind in results.curves.items():
        c = by_kind[ALL]
        cells = [f"{at_rate(c, r):.0f}" for r in RATES]
        allowed = np.flatnonzero(c.per_year <= 0.5)
        at = int(allowed[np.argmin(c.delay[allowed])]) if allowed.size else None
        if at is not None:
            cells[1] += f" ± {c.spread[at] / np.sqrt(rising):.0f}"
            cells += [f"{c.median[at]:.0f}", f"{c.missed[at]:.0%}"]
        else:
            cells += ["180", "100%"]
        lines.append([name, *cells])
    lines.append(["*the first scene after*", *[f"{results.first_scene[ALL]:.0f}"] * 3, "", ""])
    head = ["method", *(f"at {r:g} a year, days" for r in RATES), "median at 0.5", "not noticed at 0.5"]
    return _table(head, lines)


def _by_kind(results: Results) -> str:
    best = {k: min(round(at_rate(by[k], 0.5)) for by in results.curves.values()) for k in KINDS}
    lines = []
    for name, by_kind in results.curves.items():
        cells = []
        for kind in KINDS:
            days = [f"{at_rate(by_kind[kind], r):.0f}" for r in RATES]
            if round(at_rate(by_kind[kind], 0.5)) == best[kind]:
                days[1] = f"**{days[1]}**"
            cells.append(" / ".join(days))
        lines.append([name, *cells])
    lines.append(["*the first scene after*", *(f"{results.first_scene[k]:.0f}" for k in KINDS)])
    return _table(["method", *KINDS], lines)


def _winners(results: Results) -> str:
    """Say for each kind and rate who is first, and where that is not wayside by how much."""
    lines = []
    for kind in (ALL, *KINDS):
        for rate in RATES:
            days = {n: at_rate(by[kind], rate) for n, by in results.curves.items()}
            ours = min((n for n in days if n in OURS), key=days.__getitem__)
            other = min((n for n in days if n not in OURS), key=days.__getitem__)
            if days[other] < days[ours] - 0.5:
                lines.append(f"- {kind}, {rate:g} a year: {other} {days[other]:.0f} days, {ours} {days[ours]:.0f}.")
    asked = 3 * (1 + len(KINDS))
    if not lines:
        return f"**Where another method wins**: at none of these {asked} rates and kinds."
    text = f"**Where another method wins** over the best of wayside's three statements: {len(lines)} of {asked} times."
    return text + "\n\n" + "\n".join(lines)


def _dated(raw: Mapping[str, Any]) -> str:
    plan = raw["plan"]
    cases = {}
    for kind in KINDS:
        for seed in range(plan["seed"], plan["seed"] + plan["dated"]):
            quiet, rising = pair(kind, seed)
            assert rising.onset is not None
            for site in (quiet, rising):
                case = case_of(site, rising.onset)
                cases[case.id] = (case, truth(case))
    lines = []
    for name, answer in raw["dated"].items():
        rows = [(cases[i][0].site, cases[i][1], e) for i, e in answer.get("by_id", {}).items()]
        if not rows:
            lines.append([name, answer.get("skipped", "not run"), "", "", "", ""])
            continue
        held = {q: [e["low"] <= t <= e["high"] for s, t, e in rows if (s.onset is None) == q] for q in (True, False)}
        false = [e["p"] < 0.05 for s, _, e in rows if s.onset is None and s.kind in _LEVEL_KINDS]
        found = [e["p"] < 0.05 for s, _, e in rows if s.onset is not None]
        width = np.median([np.exp(e["high"] - e["low"]) for _, _, e in rows])
        cells = [f"{np.mean(held[q]):.0%} of {len(held[q])}" for q in (True, False)]
        lines.append([name, *cells, f"{width:.1f}", f"{np.mean(false):.0%} of {len(false)}", f"{np.mean(found):.0%}"])
    head = [
        "method",
        "90 % interval holds, quiet",
        "rising",
        "median width, high over low",
        "falsely",
        "found",
    ]
    return _table(head, lines)


def _real(raw: Mapping[str, Any]) -> str:
    if not raw["real"]:
        return "R was not there: left out."
    out = []
    for case in CASES:
        said = raw["real"].get(case.file)
        if said is None:
            out.append(f"**{case.name}**: its package is not installed.")
            continue
        head = f"**{case.name}**: {said['counts']} counts to {case.last}. Known: {case.source}."
        if case.quiet_from:
            head += (
                f" The table begins with the outbreak; the days from {case.quiet_from} on before it are put in as 0."
            )
        if case.shift_years:
            head += " wayside takes dates from 1900 on and looks back 54 years at most: "
            head += f"it was given the counts as of {case.shift_years} years later."
        out.append(head + "\n\n" + _table(["method", "says"], said["methods"].items()))
    return "\n\n".join(out)
