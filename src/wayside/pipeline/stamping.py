"""A signature and an authority's timestamp, put behind a bundle's manifest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wayside.errors import BundleError, InputError
from wayside.pipeline.files import write_bytes
from wayside.report.bundle import (
    add_to_bundle,
    check_signature,
    check_timestamp,
    opened_bundle,
    sign,
    timestamp_request,
)
from wayside.report.bundle.names import MANIFEST

__all__ = ["Stamping", "stamp_bundle"]


@dataclass(frozen=True, slots=True)
class Stamping:
    """What was done to a bundle.

    Attributes:
        bundle: its path.
        manifest_sha256: SHA-256 of its manifest, hexadecimal.
        request: file that the request for a timestamp was written to; empty where none was asked for.
        stamped: time of the timestamp that was put in, ISO 8601; empty where none was.
        key_id: SHA-256 of the public key that it was signed with, hexadecimal; empty where it was not signed.
    """

    bundle: str
    manifest_sha256: str
    request: str = ""
    stamped: str = ""
    key_id: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as values that ``json.dumps`` takes; its schema is docs/schemas/stamp.json."""
        return {
            "bundle": self.bundle,
            "manifest_sha256": self.manifest_sha256,
            "request": self.request or None,
            "stamped": self.stamped or None,
            "key_id": self.key_id or None,
        }


def stamp_bundle(
    path: Path, *, request: Path | None = None, token: bytes | None = None, key: bytes | None = None
) -> Stamping:
    """Sign a bundle, put an authority's timestamp into it, or write the request for one.

    Nothing is done to a bundle whose files are not those of its manifest, and nothing at all where one part of what is
    asked for cannot be done.

    Args:
        path: of the bundle, which is written anew, by rename.
        request: where the request (RFC 3161, DER) is written to.
        token: the authority's response (DER).
        key: Ed25519 private key, PEM.

    Raises:
        BundleError: it is no bundle, or it is damaged.
        InputError: the key cannot be used; the token is none, or is about another bundle.
        OutsideError: the disk refuses.
    """
    manifest = _manifest(path)
    digest = hashlib.sha256(manifest).hexdigest()
    stamped = "" if token is None else _stamped(token, manifest)
    signature = None if key is None else sign(digest, key)
    if token is not None or signature is not None:
        add_to_bundle(path, signature=signature, timestamp=token)
    if request is not None:
        write_bytes(request, timestamp_request(manifest))
    return Stamping(
        bundle=str(path),
        manifest_sha256=digest,
        request="" if request is None else str(request),
        stamped=stamped,
        key_id="" if signature is None else check_signature(signature, digest).key_id,
    )


def _manifest(path: Path) -> bytes:
    """Return the manifest of a bundle whose files are all as it says."""
    with opened_bundle(path) as bundle:
        findings = (*bundle.structure, *bundle.check_files())
        if findings:
            first = findings[0]
            raise BundleError(
                f"the bundle is damaged ({first.file}: {first.what})", where=str(path), todo="Run wayside verify on it"
            )
        return bundle.read(MANIFEST)


def _stamped(token: bytes, manifest: bytes) -> str:
    found = check_timestamp(token, manifest)
    if found.fault or found.when is None:
        raise InputError(
            f"the timestamp cannot be put into the bundle: {found.fault or 'it gives no time'}",
            where="--token",
            todo="Write a request with --request, send it to the authority, and give its answer",
        )
    return found.when.isoformat().replace("+00:00", "Z")
