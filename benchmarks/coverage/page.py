"""The section of docs/results.md on coverage: scores, other tools, speed; its words stand in the pages beside this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from coverage_grouping import FIGURES, figure_groups
from coverage_labels import SETS
from coverage_measure import Analysed, analysed, measured_on

from coverage.kept import kept

__all__ = ["peers_page", "section", "speed_page", "table"]

_HERE: Final = Path(__file__).parent
_SHOWN: Final = tuple(name for name in SETS if "in view once" not in name)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in lines)


def _filled(name: str, parts: Mapping[str, object]) -> str:
    text = (_HERE / f"{name}.md").read_text(encoding="utf-8")
    for key, value in parts.items():
        text = text.replace("{{" + key + "}}", str(value))
    return text.strip()


def _share(reached: int, of: int) -> str:
    return f"{reached}/{of}" if of else ""


def _scores(found: Analysed) -> dict[str, object]:
    """Return the tables of what is measured now."""
    measured = measured_on(found)
    sets = [measured[name]["scores"] for name in _SHOWN]
    views = ("in view", "kept aside", "all")
    together = [measured[f"together: {name}"]["scores"] for name in views]
    figures = [(figure, figure_groups(found.together, found.corpus, figure)) for figure in FIGURES]
    changed, expected = measured["figures and changes"]["scores"]["changes expected by hand, found"]
    return {
        "claims": table(["", *_SHOWN], ([m, *(_share(*one[m]) for one in sets)] for m in sets[1])),
        "core": table(["", _SHOWN[0]], ([m, _share(*of)] for m, of in sets[0].items() if m not in sets[1])),
        "stories": table(["", *views], ([m, *(_share(*one[m]) for one in together)] for m in together[0])),
        "changed": changed,
        "expected": expected,
        "figures": table(
            ["figure", "labelled claims", "found", "in one group", "sources in the labels", "sources found"],
            (
                [f.name, of["labels"], of["found"], of["grouped"], of["labelled sources"], of["sources"]]
                for f, of in figures
            ),
        ),
    }


def _quantities(tools: Mapping[str, Any]) -> str:
    said = {name: one for name, one in tools.items() if "sets" in one}
    lines: list[str] = []
    for name in next(iter(said.values()))["sets"]:
        rows = []
        for tool, one in said.items():
            of = one["sets"][name]
            right = (_share(of[key], of["labels"]) for key in ("found", "value", "bounds"))
            rows.append([tool, *right, _share(of["labelled"], of["quantities"]), of["in boilerplate"]])
        head = [name, "found", "value", "bounds", "quantities that are labelled", "in boilerplate"]
        lines += [table(head, rows), ""]
    times = ", ".join(f"{tool} ({one['version']}) {one['seconds']:.1f} s" for tool, one in said.items())
    lines.append(f"Processor time over all of them: {times}.")
    lines += [f"{tool} is left out: {one['skipped']}." for tool, one in tools.items() if "skipped" in one]
    return "\n".join(lines)


def _near(stories: Mapping[str, Any]) -> str:
    rows = []
    for name, one in stories.items():
        for method, of in one["rows"].items():
            precision, recall = (of["both"] / of[key] if of[key] else 1.0 for key in ("found", "truth"))
            f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
            values = (precision, recall, f1, of["B-cubed precision"], of["B-cubed recall"])
            rows.append([f"{name} ({one['texts']})", method, *(f"{value:.2f}" for value in values)])
    head = ["texts", "method", "precision of pairs", "recall of pairs", "F1", "B-cubed precision", "B-cubed recall"]
    return table(head, rows)


def peers_page(peers: Mapping[str, Any]) -> str:
    """Return what other tools found, as text and tables."""
    stories = peers["stories"]
    version = next((one["version"] for one in stories.values() if "version" in one), "not installed: left out")
    parts = {"quantities": _quantities(peers["quantities"]), "near": _near(stories), "version": version}
    return _filled("peers", parts)


def speed_page(speed: Sequence[Mapping[str, Any]]) -> str:
    """Return what was timed, as text and a table."""
    names = {("alone", "html"): "trafilatura alone", ("alone", "text"): "decoding alone"}
    rows = [
        [
            names.get((one["task"], one["form"]), "the whole"),
            "HTML" if one["form"] == "html" else "plain text",
            f"{one['articles']:,}",
            f"{one['total_s']:.2f}",
            f"{1000 * one['total_s'] / one['articles']:.1f}",
            f"{one['peak_mb']:.0f}",
        ]
        for one in speed
    ]
    by = {(one["task"], one["form"], one["articles"]): one["total_s"] for one in speed}
    html, bare = by.get(("whole", "html", 1000)), by.get(("alone", "html", 1000))
    ratio = f"On HTML the whole takes {html / bare:.1f} times what trafilatura alone takes." if html and bare else ""
    head = ["", "from", "articles", "processor seconds", "ms an article", "peak memory, MB"]
    return _filled("speed", {"table": table(head, rows), "ratio": ratio})


def section(shared: Path) -> str:
    """Return the whole section: scores measured now, the rest as its commands left it."""
    parts = _scores(analysed(shared))
    said = kept()
    parts["peers"] = peers_page(said["peers"]) if "peers" in said else ""
    parts["speed"] = speed_page(said["speed"]) if "speed" in said else ""
    parts["grouping"] = _filled("stories", said["stories"]) if "stories" in said else ""
    parts["texts"] = said.get("texts", "")
    return _filled("page", parts)
