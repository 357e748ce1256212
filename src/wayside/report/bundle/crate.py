"""The bundle's description as an RO-Crate 1.1 (w3id.org/ro/crate/1.1): what each file is, whose, and on what terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wayside.report.bundle.manifest import written
from wayside.report.bundle.names import ASSESSMENT, CASE, CRATE, PICTURES, is_report, media_type

__all__ = ["Crate", "CrateFile", "crate_bytes"]

_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_TERMS = (
    "Each image carries the licence of its provider, named beside the file. Quotations from articles are their "
    "authors'. Images whose licence does not allow everyone to pass them on are not in this bundle."
)


@dataclass(frozen=True, slots=True)
class CrateFile:
    """One file of the bundle.

    Attributes:
        name: its name.
        size: bytes.
        sha256: hexadecimal.
        description: what it is, one sentence.
        licence: id of its terms; empty for those of the whole.
        credit: line to stand beside it; may be empty.
    """

    name: str
    size: int
    sha256: str
    description: str
    licence: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Crate:
    """What the description says of the whole.

    Attributes:
        title: name of the facility.
        description: one or two sentences.
        published: when the assessment was made.
        software: name and version of the program.
        authors: analysts who reviewed or entered something; may be empty.
        files: all that the manifest lists, but for the description itself.
    """

    title: str
    description: str
    published: datetime
    software: str
    authors: tuple[str, ...]
    files: Sequence[CrateFile]


def crate_bytes(crate: Crate) -> bytes:
    """Return ``ro-crate-metadata.json``."""
    people = [{"@id": f"#analyst-{k}", "@type": "Person", "name": name} for k, name in enumerate(crate.authors, 1)]
    licences = sorted({file.licence for file in crate.files if file.licence})
    graph: list[dict[str, Any]] = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": crate.title,
            "description": crate.description,
            "datePublished": crate.published.isoformat(),
            "license": {"@id": "#terms"},
            "author": _few([{"@id": one["@id"]} for one in people]) or {"@id": "#software"},
            "mentions": {"@id": "#assessment"},
            "hasPart": _few([{"@id": file.name} for file in crate.files]),
        },
        {"@id": "#terms", "@type": "CreativeWork", "name": "Terms of the parts", "description": _TERMS},
        {"@id": "#software", "@type": "SoftwareApplication", "name": crate.software},
        _action(crate),
        *people,
        *(
            {"@id": f"#licence-{k}", "@type": "CreativeWork", "name": licence, "identifier": licence}
            for k, licence in enumerate(licences, 1)
        ),
        *(_file(file, licences) for file in crate.files),
    ]
    return written({"@context": [_CONTEXT, {"sha256": "https://schema.org/sha256"}], "@graph": graph})


def _action(crate: Crate) -> dict[str, Any]:
    return {
        "@id": "#assessment",
        "@type": "CreateAction",
        "name": "Series, judgements and report computed from the case",
        "endTime": crate.published.isoformat(),
        "instrument": {"@id": "#software"},
        "object": _few([{"@id": one.name} for one in crate.files if one.name in {CASE, PICTURES}]),
        "result": _few([{"@id": one.name} for one in crate.files if one.name == ASSESSMENT or is_report(one.name)]),
    }


def _few(entities: list[dict[str, str]]) -> list[dict[str, str]] | dict[str, str]:
    """Return entities as compacted JSON-LD has them: one stands by itself."""
    return entities[0] if len(entities) == 1 else entities


def _file(file: CrateFile, licences: Sequence[str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@id": file.name,
        "@type": "File",
        "name": file.name,
        "description": file.description,
        "encodingFormat": media_type(file.name),
        "contentSize": str(file.size),
        "sha256": file.sha256,
    }
    if file.licence:
        described["license"] = {"@id": f"#licence-{licences.index(file.licence) + 1}"}
    return {**described, **({"creditText": file.credit} if file.credit else {})}
