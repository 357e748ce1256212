"""Names of a bundle's files: those that every bundle has, and what any name may look like."""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "ASSESSMENT",
    "CASE",
    "CONFIGURATION",
    "CRATE",
    "HOUSE",
    "LAST",
    "MANIFEST",
    "OBSERVATIONS",
    "PICTURES",
    "PROVENANCE",
    "REPORT",
    "SIGNATURE",
    "TIMESTAMP",
    "VERSIONS",
    "faults_of_name",
    "is_report",
    "media_type",
    "slug",
]

CRATE: Final = "ro-crate-metadata.json"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
TIMESTAMP: Final = "timestamp.tsr"
ASSESSMENT: Final = "assessment.json"
CASE: Final = "case.json"
OBSERVATIONS: Final = "observations.json"
HOUSE: Final = "house.json"
PICTURES: Final = "pictures.json"
PROVENANCE: Final = "prov.json"
VERSIONS: Final = "versions.json"
CONFIGURATION: Final = "wayside.toml"
REPORT: Final = {"html": "report.html", "pdf": "report.pdf", "md": "report.md", "docx": "report.docx"}
"""The report's file in each of its formats; that of Markdown has its pictures in ``figures/``."""
LAST: Final = (MANIFEST, SIGNATURE, TIMESTAMP)
"""These stand after all others, in this order, and are not in the manifest themselves."""

_LONGEST = 180
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.ASCII | re.IGNORECASE)
_MEDIA: Final = {
    "json": "application/json",
    "html": "text/html",
    "pdf": "application/pdf",
    "md": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
    "tif": "image/tiff",
    "toml": "application/toml",
    "csv": "text/csv",
    "txt": "text/plain",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
}


def faults_of_name(name: str) -> str:
    """Return why a file of a bundle may not be called so; empty where it may.

    Names are ASCII letters, digits, dots, hyphens and underscores between single slashes, so that no system reads one
    as a way out of a folder, as a drive, as a device, or as another name.
    """
    if not name or len(name) > _LONGEST:
        return f"a name has 1 to {_LONGEST} characters"
    if name.startswith("/") or "\\" in name or ":" in name:
        return "a name is relative to the bundle, with slashes between its folders"
    if ".." in name.split("/"):
        return "a name does not lead out of the bundle"
    for segment in name.split("/"):
        if not _SEGMENT.fullmatch(segment) or segment.endswith(".") or _DEVICES.fullmatch(segment):
            return f"{segment[:40]!r} is no name that every system takes"
    return ""


def is_report(name: str) -> bool:
    """Return whether a file is part of the report, in whatever format."""
    return name.startswith(("report.", "figures/"))


def slug(text: str) -> str:
    """Return letters and digits of a text that can stand in a file name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text, flags=re.ASCII).strip("-_")[:80] or "x"


def media_type(name: str) -> str:
    """Return the media type of a file by the end of its name."""
    return _MEDIA.get(name.rpartition(".")[2].lower(), "application/octet-stream")
