from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def load(name: str) -> ModuleType:
    """Return a module of this folder, which is no package."""
    whole = f"wayside_test_formats_{name}"
    if whole not in sys.modules:
        path = Path(__file__).with_name(f"{name}.py")
        spec = importlib.util.spec_from_file_location(whole, path)
        if spec is None or spec.loader is None:
            pytest.fail(f"{path} is not there")
        module = importlib.util.module_from_spec(spec)
        sys.modules[whole] = module
        spec.loader.exec_module(module)
    return sys.modules[whole]


load("examples")
load("reading")
