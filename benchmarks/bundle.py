"""How fast a bundle is hashed, beside reading the same bytes with SHA-256 alone.

    python benchmarks/bundle.py [MEGABYTES]

Writes a bundle of that size (500 by default) into a temporary folder, and prints seconds for both and their ratio.
"""

from __future__ import annotations

import hashlib
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from wayside.report.bundle import opened_bundle, write_container

WHEN = datetime(2023, 10, 5, tzinfo=UTC)
SCENES = 20


def timed_hash(path: Path) -> float:
    begun = time.perf_counter()
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            sha256.update(chunk)
    return time.perf_counter() - begun


def timed_check(path: Path) -> float:
    begun = time.perf_counter()
    with opened_bundle(path) as bundle:
        assert not bundle.structure
        assert not bundle.check_files()
    return time.perf_counter() - begun


def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "image.tif"
        image.write_bytes(os.urandom(megabytes * 1_000_000 // SCENES))
        path = Path(folder) / "bundle.zip"
        files: dict[str, bytes | Path] = {f"scenes/{k:04d}.tif": image for k in range(SCENES)}
        begun = time.perf_counter()
        write_container(path, {**files, "ro-crate-metadata.json": b"{}"}, WHEN)
        written = time.perf_counter() - begun
        pairs = [(timed_hash(path), timed_check(path)) for _ in range(5)]
        alone, checked = (min(times) for times in zip(*pairs, strict=True))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{path.stat().st_size / 1e6:.0f} MB: written in {written:.2f} s")
        print(f"SHA-256 alone {alone:.2f} s, verify (bytes) {checked:.2f} s, ratio {checked / alone:.2f}")
        print(f"most memory {memory:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
