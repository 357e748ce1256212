"""The page of accuracy, from results that are made up: what goes where, and what stays out."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from counting_scoring import Gaps, ImageScore, TrackScore, Truth

from wayside.model.counts import CountDistribution

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def rooms() -> Any:
    """The modules that write the page, which are no part of the package."""
    folder = ROOT / "benchmarks" / "accuracy"
    spec = importlib.util.spec_from_file_location(
        "accuracy", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["accuracy"] = package
    spec.loader.exec_module(package)
    names = ("page", "peers", "run", "failures", "figure")
    return SimpleNamespace(**{name: importlib.import_module(f"accuracy.{name}") for name in names})


def _image(source: str, treatment: str = "", *, gsd_m: float = 0.3, counted: float = 4.0) -> ImageScore:
    low = int(counted)
    count = CountDistribution(low, np.array([1.0 - counted + low, counted - low]))
    tracks = (
        TrackScore("t1", Truth(4, 4, 4), count, Gaps(2, 3, 3)),
        TrackScore("t2", Truth(0, 0, 1), CountDistribution.exactly(0)),
    )
    name = source if not treatment else f"{source}-{treatment.replace(' ', '')}"
    return ImageScore(name, source, treatment, gsd_m, count, tracks, 0.1)


def _results(rooms: Any, *, learnt: frozenset[str] = frozenset(), peers: tuple[Any, ...] = ()) -> Any:
    images = (
        _image("yard"),
        _image("seen", counted=9.5),
        _image("yard", "2 m", gsd_m=2.0, counted=6.5),
        _image("seen", "2 m", gsd_m=2.0, counted=9.5),
    )
    tracks = (TrackScore("east", Truth(0, 0, 0), CountDistribution.exactly(2)),)
    ground = (ImageScore("ground-river05", "ground", "", 0.3, CountDistribution.exactly(2), tracks),)
    counted = rooms.run.Counted("shipped", "net sha256:12", learnt, images, ground)
    drawn = rooms.run.Counted("drawings", "net sha256:34", frozenset(), images, ground)
    return rooms.run.Results((), counted, (drawn,), peers, {}, 0.3)


def _section(text: str, title: str) -> str:
    return text.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_row_of_every_table_has_its_cells(rooms: Any) -> None:
    text = rooms.page.page(_results(rooms, learnt=frozenset({"seen"})), figure="reliability.png")
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert len(tables) >= 9
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_an_image_that_was_learnt_from_stays_out_of_every_summary(rooms: Any) -> None:
    text = rooms.page.page(_results(rooms, learnt=frozenset({"seen"})), figure="reliability.png")
    images = _section(text, "Image by image, as taken")
    before, after = images.split("### Learnt from: no evidence of anything")
    assert ("| yard |" in before, "| seen |" in before, "| seen |" in after) == (True, False, True)
    assert "| ≤ 0.35 m | as taken | 1 |" in _section(text, "By ground sample distance")
    assert "seen-2m" not in _section(text, "Made worse")
    assert "| seen |" in _section(text, "Other weights: drawings")
    assert "seen/t1 (learnt from)" in _section(text, "What went wrong")


def test_the_aims_are_answered_for_all_weights(rooms: Any) -> None:
    text = rooms.page.page(_results(rooms, learnt=frozenset({"seen"})), figure="reliability.png")
    row = next(line for line in text.splitlines() if line.startswith("| total of all images within ±3%, up to 0.6 m"))
    assert row.split(" | ")[1:] == ["yes: +0.0%", "no car there", "**no**: +68.8%", "no car there |"]


def test_a_peer_has_a_column_and_says_how_many_images_it_counted(rooms: Any) -> None:
    (peer,) = rooms.peers.from_json(
        {"name": "tiles", "images": {"yard.png": {"t1": 3, "t2": 1}}, "cpu_s": {"yard.png": 7.5}}
    )
    text = _section(rooms.page.page(_results(rooms, peers=(peer,)), figure="r.png"), "Beside other ways of counting")
    assert "| yard | 4 (4 to 5) | 4.0, 0.00, 0.10 s | 4.0, 1.00, 7.50 s |" in text
    assert "4.0, 1.00, 7.50 s (1 of 2 images) |" in text
    assert "| seen | 4 (4 to 5) | 9.5, 2.75, 0.10 s | – |" in text


def test_a_file_may_hold_several_peers(rooms: Any) -> None:
    both = rooms.peers.from_json(
        {
            "counts": {"sahi/nearest": {"yard-0.6m": {"t1": 1}}, "supervision/nearest": {"yard-0.6m": {"t1": 2}}},
            "cpu_s_by_image": {"sahi": {"yard-0.6m": 3.0}},
        }
    )
    assert [peer.name for peer in both] == ["sahi/nearest", "supervision/nearest"]
    assert both[0].cpu_s == {"yard-0.6m": 3.0}
    assert both[1].counts == {"yard-0.6m": {"t1": 2.0}}
    assert both[1].cpu_s == {}


def test_a_cause_is_looked_up_from_the_strip_to_the_whole_image(rooms: Any) -> None:
    causes = {"yard/t1": {"over": "as taken"}, "yard-2m/t1": {"over": "here"}, "yard/*": {"under": "image"}}
    taken, worse = rooms.failures.failures([_image("yard", counted=6.0)]), _image("yard", "2 m", gsd_m=2.0, counted=6.0)
    assert [rooms.failures.cause_of(f, causes) for f in taken] == ["as taken"]
    assert [rooms.failures.cause_of(f, causes) for f in rooms.failures.failures([worse])] == ["here"]
    low = rooms.failures.failures([_image("yard", "1 m", gsd_m=1.0, counted=2.0)])
    assert [rooms.failures.cause_of(f, causes) for f in low] == ["image"]
    other = rooms.failures.failures([_image("field", counted=2.0)])
    assert [rooms.failures.cause_of(f, causes) for f in other] == ["not looked at yet"]


def test_every_reviewed_cause_says_which_way_the_count_was_off(rooms: Any) -> None:
    for key, causes in rooms.failures.read_causes().items():
        assert re.fullmatch(r"[\w.-]+/([\w.-]+|\*)", key), key
        assert causes, key
        assert set(causes) <= {"under", "over"}, key


def test_the_diagram_is_drawn(rooms: Any, tmp_path: Path) -> None:
    rooms.figure.draw([_image("yard"), _image("yard", "2 m", gsd_m=2.0, counted=4.5)], tmp_path / "r.png")
    assert (tmp_path / "r.png").read_bytes()[:4] == b"\x89PNG"
