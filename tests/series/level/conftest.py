from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def beside(file: str) -> ModuleType:
    """Load a helper that lies in this folder, once."""
    name = f"wayside_test_{Path(file).stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(file))
        if spec is None or spec.loader is None:
            pytest.fail(f"{file} is not there")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def tiny() -> ModuleType:
    """The tiny model of enumeration.py."""
    return beside("enumeration.py")


@pytest.fixture(scope="session")
def sbc() -> ModuleType:
    """The simulated sites of sbc.py."""
    return beside("sbc.py")
