"""Exports that appear whole: a file or a folder is made beside its place and renamed."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from wayside.errors import InputError, OutsideError
from wayside.exports.contents import Contents

__all__ = ["MANIFEST", "json_bytes", "multihash", "put_bytes", "put_json", "staged", "write_manifest"]

MANIFEST = "wayside-export.json"
"""Lists what is in an exported folder; also tells such a folder from another that must not be replaced."""
_SUFFIX = ".gpkg"
"""Of a file that is being made; GDAL warns of another, whatever the file is to be called."""
_GEOPACKAGE = b"SQLite format 3\x00"


@contextmanager
def staged(path: Path, *, folder: bool, replace: bool) -> Iterator[Path]:
    """Give a place to write to, which becomes ``path`` when the block ends well and vanishes when it does not.

    Args:
        path: where the export goes.
        folder: whether it is a folder; a file else.
        replace: whether an earlier export may be replaced; anything else is not.

    Raises:
        InputError: there is something at ``path`` that may not be replaced.
        OutsideError: the disk refuses.
    """
    _require_free(path, folder=folder, replace=replace)
    mark = uuid.uuid4().hex[:12]
    making = path.with_name(f".wayside-{mark}{'' if folder else _SUFFIX}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if folder:
            making.mkdir()
        yield making
        _settle(making, path, path.with_name(f".wayside-{mark}-old"))
    except OSError as error:
        raise OutsideError(
            f"the export cannot be written ({error.strerror or error})",
            where=str(path),
            todo="See to the disk and its rights, or choose another place with --out",
        ) from error
    finally:
        _remove(making)
        for end in ("-journal", "-wal", "-shm"):
            _remove(making.with_name(making.name + end))


def _settle(making: Path, path: Path, aside: Path) -> None:
    """Put the new export into its place; a folder takes two renames, and the earlier one comes back if it fails."""
    if not making.is_dir() or not path.exists():
        making.replace(path)
        return
    path.replace(aside)
    try:
        making.replace(path)
    except OSError:
        aside.replace(path)
        raise
    _remove(aside)


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _require_free(path: Path, *, folder: bool, replace: bool) -> None:
    try:
        there = path.exists() or path.is_symlink()
        own = there and (_is_export_folder(path) if folder else _is_geopackage(path))
    except (OSError, ValueError) as error:
        raise InputError(f"this place cannot be used ({error})", where=str(path)[:200]) from error
    if there and not replace:
        raise InputError(
            "there is something of this name already",
            where=str(path),
            todo="Choose another place with --out, or give --replace",
        )
    if there and not own:
        raise InputError(
            "what is there is no export, so it is not replaced", where=str(path), todo="Choose another place with --out"
        )


def _is_export_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and (path / MANIFEST).is_file()


def _is_geopackage(path: Path) -> bool:
    if not path.is_file() or path.is_symlink():
        return False
    with path.open("rb") as file:
        head = file.read(72)
    return head.startswith(_GEOPACKAGE) and head[68:70] == b"GP"


# ---------------------------------------------------------------------- files of a folder
def json_bytes(document: Mapping[str, Any]) -> bytes:
    """Return an object as UTF-8 JSON; no number in it may be infinite or undefined."""
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def put_bytes(folder: Path, name: str, data: bytes) -> Path:
    """Write a file of a staged folder; ``name`` is never made from an id."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def put_json(folder: Path, name: str, document: Mapping[str, Any]) -> Path:
    """Write a JSON file of a staged folder."""
    return put_bytes(folder, name, json_bytes(document))


def multihash(data: bytes) -> str:
    """Return a checksum as STAC writes it: "1220" (sha2-256, 32 bytes) and 64 hexadecimal digits."""
    return "1220" + hashlib.sha256(data).hexdigest()


def write_manifest(folder: Path, contents: Contents, form: str) -> tuple[str, ...]:
    """Write the list of a folder's files with their sizes and checksums; return their names, itself included."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    files = [
        {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name in names
        for data in [(folder / name).read_bytes()]
    ]
    document = {
        "format": form,
        "site": contents.site_id,
        "name": contents.site_name,
        "note": contents.note,
        "generated": contents.made,
        "software": contents.software,
        "attributions": list(contents.attributions),
        "files": files,
    }
    put_json(folder, MANIFEST, document)
    return (*names, MANIFEST)
