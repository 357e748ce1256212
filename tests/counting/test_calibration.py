"""The packaged constants: they are there, they round-trip, and damage is told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.counting.calibration import Calibration, from_json, packaged_calibration, to_json
from wayside.counting.facility import SceneError
from wayside.counting.potentials import DecoderSettings
from wayside.errors import ModelFileError


@given(st.floats(0.01, 1.0), st.floats(-4.0, 4.0), st.floats(0.0, 0.3))
def test_constants_round_trip(tau: float, bias: float, sd: float) -> None:
    decoder = replace(DecoderSettings(), tau_occupied=tau, bias_boundary=bias)
    calibration = Calibration(decoder, SceneError(miss_sd=sd), "a note", ("somewhere",))
    assert from_json(json.loads(json.dumps(to_json(calibration))), where="here") == calibration


def test_the_package_holds_fitted_constants() -> None:
    found = packaged_calibration()
    assert found.decoder != DecoderSettings()
    assert "held" in found.note or "not trained on" in found.note


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"decoder": {}, "scene_error": []},
        {"decoder": {"tau_occupied": "much"}, "scene_error": {}},
        {"decoder": {"tau_occupied": 99.0}, "scene_error": {}},
        {"decoder": {"no_such": 1.0}, "scene_error": {}},
    ],
)
def test_damaged_constants_are_told(document: dict[str, object]) -> None:
    with pytest.raises(ModelFileError, match="here: the network's constants cannot be used"):
        from_json(document, where="here")


def test_boundaries_weigh_less_where_couplings_cannot_be_seen() -> None:
    settings = DecoderSettings(bias_boundary=2.5, coarse_per_m=0.5)
    assert settings.at(0.3) == settings.at(1.2) == settings
    assert settings.at(3.2).bias_boundary == pytest.approx(1.5)
    assert settings.at(3.2).at(3.2) == settings.at(3.2)
