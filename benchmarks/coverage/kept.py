"""What is kept between the commands and the page: one JSON file, a part of it for each command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from coverage import SUMMARY

__all__ = ["keep", "kept", "printed"]


def kept(path: Path = SUMMARY) -> dict[str, Any]:
    """Return all that is kept; nothing where no command has run."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def keep(part: str, value: object, path: Path = SUMMARY) -> None:
    """Put one command's part in place of its last one."""
    text = json.dumps({**kept(path), part: value}, indent=1, ensure_ascii=False, sort_keys=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(path)


def printed(script: str, *arguments: str) -> str:
    """Run another benchmark and return what it prints."""
    path = Path(__file__).parents[1] / script
    done = subprocess.run([sys.executable, str(path), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{script}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout.rstrip()
