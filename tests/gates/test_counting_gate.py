"""The counter may not become worse on the labelled real images; see counting_repin.py. No drawn image counts here."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import counting_repin as gate
import floors
import pytest
from counting_measure import packaged_weights
from counting_scoring import REGIMES

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"


@pytest.fixture(scope="module")
def measured(shared_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = gate.measure(shared_dir)
    return found


@pytest.fixture(scope="module")
def pinned() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gate.FLOORS.read_text(encoding="utf-8"))
    return found


@pytest.mark.shared
def test_the_images_are_the_ones_that_the_bounds_were_pinned_on(
    measured: dict[str, Any], pinned: dict[str, Any]
) -> None:
    assert {n: one["digest"] for n, one in measured.items()} == {n: one["digest"] for n, one in pinned.items()}


@pytest.mark.shared
def test_no_score_is_worse_than_its_bound(measured: dict[str, Any], pinned: dict[str, Any]) -> None:
    assert floors.lowered(pinned, measured) == []


def test_the_bounds_name_no_drawn_image(pinned: dict[str, Any]) -> None:
    assert pinned
    assert not [name for name in pinned if "drawn" in name]


def test_every_regime_is_bounded_as_taken_or_made_worse(pinned: dict[str, Any]) -> None:
    for regime in REGIMES:
        sets = [one for name, one in pinned.items() if name.startswith(f"{regime.name}, ")]
        assert sets, regime.name
        assert all("mean absolute error per track, cars" in one["ceilings"] for one in sets)


def test_the_page_was_made_with_the_weights_of_the_package() -> None:
    """`make accuracy` writes it again."""
    named = re.search(r"^shipped: `(.+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert named is not None
    assert named[1] == packaged_weights().model
