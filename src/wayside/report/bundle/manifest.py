"""The manifest: the list of a bundle's files with the SHA-256 of each; its own digest is what is signed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wayside.errors import BundleError
from wayside.report.bundle.names import MANIFEST

__all__ = ["FORMAT", "Listed", "manifest_from", "manifest_of", "read_json", "written"]

FORMAT = "wayside-bundle-1"
_DEEPEST = 64
_CRC32 = re.compile(r"[0-9a-f]{8}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the manifest.

    Attributes:
        name: of the file.
        size: bytes of its content.
        sha256: of its content, hexadecimal.
        crc32: of its content, as the archive's records have it too.
        packed_sha256: of the bytes that stand in the archive, where it is compressed; empty where it is not. One
            content can be compressed in many ways, so that a changed byte need not show in it.
    """

    name: str
    size: int
    sha256: str
    crc32: int = 0
    packed_sha256: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the line."""
        line = {"name": self.name, "size": self.size, "sha256": self.sha256, "crc32": f"{self.crc32:08x}"}
        return {**line, "packed_sha256": self.packed_sha256} if self.packed_sha256 else line


def written(document: object) -> bytes:
    """Return a JSON document in the one form that a bundle has it in: indented by one, ASCII, a line end at the end."""
    return (json.dumps(document, ensure_ascii=True, allow_nan=False, indent=1) + "\n").encode("ascii")


def manifest_of(files: Iterable[Listed]) -> bytes:
    """Return the manifest's bytes, files in order of name."""
    ordered = sorted(files, key=lambda listed: listed.name)
    return written({"format": FORMAT, "files": [listed.to_json() for listed in ordered]})


def manifest_from(data: bytes) -> dict[str, Listed]:
    """Return the manifest's lines by name.

    Raises:
        BundleError: it is no manifest, or not written in the one form.
    """
    document = read_json(data, MANIFEST)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BundleError(f"its format is not {FORMAT}", where=MANIFEST)
    lines = document.get("files")
    if not isinstance(lines, list):
        raise BundleError("it lists no files", where=MANIFEST)
    listed = [_line(line, f"files[{k}]") for k, line in enumerate(lines)]
    if manifest_of(listed) != data:
        raise BundleError("it is not written as a bundle's manifest is", where=MANIFEST)
    return {one.name: one for one in listed}


def _line(line: object, path: str) -> Listed:
    wanted = "a line gives name, size, sha256 and crc32"
    if not isinstance(line, dict) or not {"name", "size", "sha256", "crc32"} <= set(line):
        raise BundleError(wanted, where=f"{MANIFEST}: {path}")
    name, size, sha256, crc32 = (line[key] for key in ("name", "size", "sha256", "crc32"))
    packed = line.get("packed_sha256", "")
    texts = all(isinstance(text, str) for text in (name, sha256, crc32, packed))
    if not texts or type(size) is not int or size < 0 or not _SHA256.fullmatch(sha256) or not _CRC32.fullmatch(crc32):
        raise BundleError(wanted, where=f"{MANIFEST}: {path}")
    return Listed(name, size, sha256, int(crc32, 16), packed)


def read_json(data: bytes, name: str) -> Any:  # noqa: ANN401  any JSON
    """Return what a JSON file of a bundle holds.

    Raises:
        BundleError: it is not UTF-8 or JSON, is nested too deeply, has a key twice, a number that is not finite, or
            half a character.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            raise BundleError("a key stands twice in one object", where=name)
        return made

    def refuse(text: str) -> Any:  # noqa: ANN401
        raise BundleError(f"{text} is not a number of JSON", where=name)

    try:
        text = data.decode("utf-8")
        document = json.loads(text, object_pairs_hook=once, parse_constant=refuse)
        if "\\ud" in text.lower():
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as fault:
        if isinstance(fault, BundleError):
            raise
        raise BundleError(f"it is not JSON ({str(fault)[:120]})", where=name) from fault
    if _is_deep(document):
        raise BundleError(f"it is nested more than {_DEEPEST} deep", where=name)
    return document


def _is_deep(document: object) -> bool:
    level = [document]
    for _ in range(_DEEPEST):
        parts = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list))]
        level = [one for part in parts for one in part if isinstance(one, (dict, list))]
        if not level:
            return False
    return True
