"""A signature over a bundle's manifest: Ed25519 (RFC 8032) in a DSSE envelope, laid out as a Sigstore bundle.

What is signed is an in-toto statement that names the manifest and its SHA-256, under DSSE's pre-authentication
encoding (github.com/secure-systems-lab/dsse, protocol.md). The public key stands in the statement, so that the file can
be checked for itself; who holds the key only somebody can say who got it from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from wayside.errors import InputError
from wayside.report.bundle.manifest import read_json, written
from wayside.report.bundle.names import MANIFEST, SIGNATURE

__all__ = ["Signed", "check_signature", "public_key_of", "sign"]

_MEDIA = "application/vnd.dev.sigstore.bundle.v0.3+json"
_PAYLOAD = "application/vnd.in-toto+json"
_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "urn:wayside:bundle-signature:1"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature comes to.

    Attributes:
        fault: why it does not hold; empty where it does.
        key_id: SHA-256 of the public key (SubjectPublicKeyInfo, DER), hexadecimal; empty where it cannot be read.
        by_known_key: whether the key is the one that was given; False where none was.
    """

    fault: str
    key_id: str = ""
    by_known_key: bool = False


def sign(manifest_sha256: str, key_pem: bytes) -> bytes:
    """Return the signature file over a manifest.

    Args:
        manifest_sha256: SHA-256 of the manifest's bytes, hexadecimal.
        key_pem: an Ed25519 private key, PEM (PKCS #8), without a password.

    Raises:
        InputError: it is no such key.
    """
    key = _private_key(key_pem)
    public = key.public_key()
    statement = {
        "_type": _STATEMENT,
        "subject": [{"name": MANIFEST, "digest": {"sha256": manifest_sha256}}],
        "predicateType": _PREDICATE,
        "predicate": {"publicKey": _pem(public)},
    }
    payload = written(statement)
    return _laid_out(payload, key.sign(_encoded(payload)), public)


def public_key_of(key_pem: bytes) -> bytes:
    """Return the public key of a private one, PEM (raises as ``sign``)."""
    return _pem(_private_key(key_pem).public_key()).encode("ascii")


def check_signature(data: bytes, manifest_sha256: str, known_key: bytes | None = None) -> Signed:
    """Return whether a signature file holds for a manifest.

    Args:
        data: the file's bytes.
        manifest_sha256: SHA-256 of the manifest's bytes, hexadecimal.
        known_key: the public key that it must be by, PEM; None to check it for itself alone.

    Raises:
        InputError: ``known_key`` is no Ed25519 public key.
    """
    expected = _public_key(known_key) if known_key is not None else None
    try:
        payload, signature, statement = _opened(data)
        named = _public_key(statement["predicate"]["publicKey"].encode())
        subject = statement["subject"]
        layout = _laid_out(payload, signature, named) == data and statement["_type"] == _STATEMENT
    except (InputError, KeyError, IndexError, TypeError, ValueError, AttributeError):
        return Signed("it cannot be read as a signature")
    key_id = _key_id(named)
    if expected is not None and _key_id(expected) != key_id:
        return Signed(f"it is by another key than the one that was given ({_key_id(expected)[:16]}…)", key_id)
    try:
        named.verify(signature, _encoded(payload))
    except InvalidSignature:
        return Signed("the signature does not fit what is signed", key_id)
    if subject != [{"name": MANIFEST, "digest": {"sha256": manifest_sha256}}]:
        return Signed("it was made for another manifest", key_id)
    if not layout:
        return Signed("the file says more than its signature covers", key_id)
    return Signed("", key_id, by_known_key=expected is not None)


def _opened(data: bytes) -> tuple[bytes, bytes, dict[str, Any]]:
    envelope = read_json(data, SIGNATURE)["dsseEnvelope"]
    payload = base64.b64decode(envelope["payload"], validate=True)
    signature = base64.b64decode(envelope["signatures"][0]["sig"], validate=True)
    return payload, signature, read_json(payload, SIGNATURE)


def _laid_out(payload: bytes, signature: bytes, key: Ed25519PublicKey) -> bytes:
    """Return the file as it is written around a payload and its signature."""
    signed = {"keyid": _key_id(key), "sig": _base64(signature)}
    return written(
        {
            "mediaType": _MEDIA,
            "verificationMaterial": {"publicKey": {"hint": _key_id(key)}},
            "dsseEnvelope": {"payload": _base64(payload), "payloadType": _PAYLOAD, "signatures": [signed]},
        }
    )


def _encoded(payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding."""
    kind = _PAYLOAD.encode("ascii")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _private_key(pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise InputError(
            "the key cannot be used: a private key in PEM without a password is needed",
            todo="Make one with: openssl genpkey -algorithm ed25519",
        ) from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError("the key is not an Ed25519 key", todo="Make one with: openssl genpkey -algorithm ed25519")
    return key


def _public_key(pem: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise InputError("the key cannot be used: a public key in PEM is needed") from fault
    if not isinstance(key, Ed25519PublicKey):
        raise InputError("the key is not an Ed25519 public key")
    return key


def _pem(key: Ed25519PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _key_id(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
