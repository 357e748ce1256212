"""Pieces of labelled strips: shapes, labels, and what is left out. Needs no torch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.network import CHANNELS, network_input
from wayside.counting.sampling import ROWS, frame_along
from wayside.counting.tone import scene_tone
from wayside.errors import InputError
from wayside.model.strips import LabelledStrip, LineLabel, Strip
from wayside.pipeline.train import draw_pieces
from wayside.training.pieces import PIECE, UNKNOWN_ASIDE, Pieces, cut, join


def labelled(columns: int, seed: int = 0, boundaries: tuple[float, ...] = ()) -> LabelledStrip:
    rng = np.random.default_rng(seed)
    frame = frame_along(np.array([[0.0, 0.0], [columns * 0.5, 0.0]]))
    valid = np.ones((ROWS, columns), np.bool_)
    valid[:, 40:44] = False
    strip = Strip("1", rng.normal(100, 20, (3, ROWS, columns)).astype(np.float32), valid, frame, 0.5)
    occupied = rng.random(columns) > 0.5
    types = np.where(occupied, rng.integers(0, 5, columns), -1).astype(np.int8)
    covered = np.where(occupied, rng.integers(0, 2, columns), -1).astype(np.int8)
    return LabelledStrip(strip, occupied, np.array(boundaries), types, covered, rng.random(columns) > 0.1, 0)


def whole(strip: LabelledStrip, tone_of: list[LabelledStrip]) -> dict[str, Any]:
    """What pieces are cut from, over the strip's whole length."""
    at = 0.5 * np.arange(strip.strip.frame.columns + 1)
    near = [np.exp(-0.5 * ((at - b) / 0.5) ** 2) for b in strip.boundaries_m] or [np.zeros_like(at)]
    return {
        "inputs": network_input(strip.strip, scene_tone([s.strip for s in tone_of])).astype(np.float16),
        "occupied": strip.occupied,
        "edges": np.max(near, axis=0).astype(np.float16),
        "types": strip.types,
        "covered": strip.covered,
        "trusted": strip.trusted & strip.strip.valid[10:22].any(axis=0),
    }


@settings(max_examples=20, deadline=None)
@given(st.integers(PIECE, 3 * PIECE + 70), st.integers(0, 99))
def test_pieces_are_stretches_of_the_strip_with_their_labels(columns: int, seed: int) -> None:
    strip = labelled(columns, seed, (7.3, 21.0, 100.25))
    pieces = cut([strip], np.random.default_rng(seed))
    assert pieces is not None
    count = len(pieces.inputs)
    assert pieces.inputs.shape == (count, CHANNELS, ROWS, PIECE)
    assert pieces.edges.shape == (count, PIECE + 1)
    truth = whole(strip, [strip])
    starts = [
        s for s in range(columns - PIECE + 1) if np.array_equal(truth["inputs"][..., s : s + PIECE], pieces.inputs[0])
    ]
    assert len(starts) == 1
    for k in range(count):
        part = slice(starts[0] + k * PIECE, starts[0] + (k + 1) * PIECE)
        assert np.array_equal(pieces.inputs[k], truth["inputs"][..., part])
        for name in ("occupied", "types", "covered", "trusted"):
            assert np.array_equal(getattr(pieces, name)[k], truth[name][part]), name
        assert np.allclose(pieces.edges[k], truth["edges"][part.start : part.stop + 1], atol=2e-3)
    assert starts[0] + count * PIECE <= columns < starts[0] + (count + 1) * PIECE + PIECE


def test_kinds_are_small() -> None:
    pieces = cut([labelled(PIECE)], np.random.default_rng(0))
    assert pieces is not None
    kinds = ["float16", "float16", "float16", "int8", "int8", "float16", "int8", "float16", "int8"]
    assert [a.dtype.name for a in pieces] == kinds


def test_a_strip_without_boundaries_has_none() -> None:
    pieces = cut([labelled(PIECE)], np.random.default_rng(0))
    assert pieces is not None
    assert not pieces.edges.any()


def test_a_strip_shorter_than_a_piece_fills_its_beginning() -> None:
    short, long = labelled(PIECE - 56, 1, (20.0,)), labelled(PIECE, 2)
    pieces = cut([short, long], np.random.default_rng(0))
    assert pieces is not None
    truth = whole(short, [short, long])
    assert np.array_equal(pieces.inputs[0][..., : PIECE - 56], truth["inputs"])
    assert not pieces.inputs[0][..., PIECE - 56 :].any()
    assert not pieces.trusted[0, PIECE - 56 :].any()
    assert np.array_equal(pieces.inputs[1], whole(long, [short, long])["inputs"])


def test_a_strip_of_a_few_metres_gives_no_piece() -> None:
    assert cut([labelled(20)], np.random.default_rng(0)) is None


def test_the_tone_can_come_from_other_strips() -> None:
    one, other = labelled(PIECE, 1), labelled(PIECE, 2)
    pieces = cut([one], np.random.default_rng(0), seen=[one.strip, other.strip])
    assert pieces is not None
    assert np.array_equal(pieces.inputs[0], whole(one, [one, other])["inputs"])


def test_couplings_and_ends_are_marked_apart() -> None:
    strip = labelled(PIECE, 3, (10.0, 24.0, 38.0))
    covered = np.zeros(PIECE, np.bool_)
    covered[20:76] = True
    pieces = cut([replace(strip, occupied=covered)], np.random.default_rng(0))
    assert pieces is not None
    assert {int(e): int(pieces.marks[0, e]) for e in np.flatnonzero(pieces.marks[0])} == {20: 2, 48: 1, 76: 2}


def test_what_lies_under_the_line_is_carried_along() -> None:
    strip = labelled(PIECE, 4)
    aside = np.where(np.arange(PIECE) < 100, 1.25, np.nan)
    aside[200:] = 3.5
    line = LineLabel(np.ones(PIECE, np.int8), aside)
    unknown = cut([strip], np.random.default_rng(0))
    known = cut([replace(strip, line=line)], np.random.default_rng(0))
    assert unknown is not None
    assert known is not None
    assert (unknown.rail == -1).all()
    assert (unknown.aside == UNKNOWN_ASIDE).all()
    assert (known.rail == 1).all()
    assert (known.aside[0, :100] == 1.25).all()
    assert (known.aside[0, 100:] == UNKNOWN_ASIDE).all()


def test_joining_keeps_the_order() -> None:
    parts = [cut([labelled(2 * PIECE, seed)], np.random.default_rng(seed)) for seed in (1, 2)]
    kept = [part for part in parts if part is not None]
    both = join(kept)
    assert isinstance(both, Pieces)
    assert len(both.inputs) == sum(len(p.inputs) for p in kept)
    for name in Pieces._fields:
        assert np.array_equal(getattr(both, name), np.concatenate([getattr(p, name) for p in kept])), name


def test_no_yards_are_nothing_to_learn_from() -> None:
    with pytest.raises(InputError, match="no piece"):
        draw_pieces(0, 0, 1, lambda _: None)
