from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def case() -> ModuleType:
    """The made-up site of case.py."""
    return _module("case")


@pytest.fixture(scope="session")
def findings() -> ModuleType:
    """The made-up articles and zones of findings.py."""
    return _module("findings")


def _module(name: str) -> ModuleType:
    known = f"wayside_test_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, Path(__file__).with_name(f"{name}.py"))
        if spec is None or spec.loader is None:
            pytest.fail(f"tests/assessment/{name}.py is not there")
        module = importlib.util.module_from_spec(spec)
        sys.modules[known] = module
        spec.loader.exec_module(module)
    return sys.modules[known]
