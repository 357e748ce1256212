"""Programs that tests start and stop: free ports, waiting until they answer, and an end in every case."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

__all__ = ["NotHereError", "Program", "free_port", "program", "remove", "run"]

_ROOT = Path(__file__).parents[2]
_DEADLINE_S = 40.0


class NotHereError(RuntimeError):
    """A program that is not installed, or does not start here; says why."""


def program(name: str) -> str:
    """Return the path of a program of the servers' environment: WAYSIDE_SERVERS, or .venv-servers of the checkout."""
    root = Path(os.environ.get("WAYSIDE_SERVERS", _ROOT / ".venv-servers"))
    path = root / "bin" / name
    if not path.is_file():
        raise NotHereError(f"{name} is not in {root} (set WAYSIDE_SERVERS to an environment that has it)")
    return str(path)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: list[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """Return a program's output; raises ``NotHereError`` with its last words if it fails."""
    try:
        done = subprocess.run(
            command, env=env, cwd=cwd, capture_output=True, text=True, timeout=_DEADLINE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotHereError(f"{Path(command[0]).name} does not run: {error}") from error
    if done.returncode:
        raise NotHereError(f"{' '.join(command[:3])} failed: {(done.stderr or done.stdout)[-400:]}")
    return done.stdout


class Program:
    """A server that runs until it is stopped; what it says goes to a file."""

    def __init__(self, command: list[str], *, folder: Path, env: Mapping[str, str] | None = None) -> None:
        self._said = folder / f"{Path(command[0]).name}.log"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
            )

    def wait(self, url: str) -> None:
        """Return when ``url`` answers."""
        deadline = time.monotonic() + _DEADLINE_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - loopback
                return
            time.sleep(0.05)  # nothing tells when a foreign server is ready
        raise NotHereError(f"it does not start: {self._said.read_text('utf-8', 'replace')[-400:]}")

    def stop(self) -> None:
        """End it, first politely."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)


def remove(folder: Path) -> None:
    """Remove a folder with everything in it."""
    shutil.rmtree(folder, ignore_errors=True)
