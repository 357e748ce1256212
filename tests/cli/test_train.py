"""``wayside train`` before the work begins; the training itself is tested in tests/training."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.skipif(find_spec("torch") is not None, reason="the training extra is installed")
def test_without_the_extra_it_says_what_to_install_and_leaves_nothing(tmp_path: Path, wayside: Any) -> None:
    said = wayside("train", "--out", tmp_path / "new" / "net.onnx", "--json")
    assert said.code == 2
    assert said.error["error"] == "InputError"
    assert "torch" in said.error["what"]
    assert "wayside[train]" in said.error["todo"]
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["--yards", "--epochs"])
def test_nothing_to_do_is_refused(option: str, wayside: Any) -> None:
    said = wayside("train", option, "0")
    assert said.code == 2
    assert option in said.err


@pytest.mark.train
def test_a_folder_is_not_a_file_to_write(tmp_path: Path, wayside: Any) -> None:
    pytest.importorskip("torch", reason="the training extra is not installed")
    said = wayside("train", "--out", tmp_path, "--json")
    assert said.code == 2
    assert "folder" in said.error["what"]
