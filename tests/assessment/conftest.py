from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def case() -> ModuleType:
    """The made-up site of case.py."""
    name = "wayside_test_case"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("case.py"))
        if spec is None or spec.loader is None:
            pytest.fail("tests/assessment/case.py is not there")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
