"""The counter may not become worse on the labelled real images; see counting_repin.py. No drawn image counts here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import counting_repin as gate
import floors
import pytest


@pytest.fixture(scope="module")
def measured(shared_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = gate.measure(shared_dir)
    return found


@pytest.fixture(scope="module")
def pinned() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gate.FLOORS.read_text(encoding="utf-8"))
    return found


@pytest.mark.shared
def test_the_images_are_the_ones_that_the_floors_were_pinned_on(
    measured: dict[str, Any], pinned: dict[str, Any]
) -> None:
    assert {n: one["digest"] for n, one in measured.items()} == {n: one["digest"] for n, one in pinned.items()}


@pytest.mark.shared
def test_no_score_is_under_its_floor(measured: dict[str, Any], pinned: dict[str, Any]) -> None:
    assert floors.lowered(pinned, measured) == []


def test_the_floors_name_no_drawn_image(pinned: dict[str, Any]) -> None:
    assert pinned
    assert not [name for name in pinned if "drawn" in name]
