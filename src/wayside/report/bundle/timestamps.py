"""An RFC 3161 timestamp over a bundle's manifest: that it was there, just so, at that time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from wayside.errors import InputError

__all__ = ["Stamped", "check_timestamp", "timestamp_request"]

_SHA2 = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a timestamp comes to.

    Attributes:
        fault: why it does not hold; empty where it does.
        when: the time that it gives, UTC; None where it cannot be read.
        by_known_authority: whether it is signed under a certificate that was given; False where none was.
    """

    fault: str
    when: datetime | None = None
    by_known_authority: bool = False


def timestamp_request(manifest: bytes) -> bytes:
    """Return the request (DER) that a time-stamping authority answers for a manifest's bytes, with a fresh nonce."""
    request = TimestampRequestBuilder().data(manifest).hash_algorithm(HashAlgorithm.SHA256)
    return bytes(request.cert_request(cert_request=True).build().as_bytes())


def check_timestamp(data: bytes, manifest: bytes, certificates: bytes | None = None) -> Stamped:
    """Return whether a timestamp holds for a manifest.

    Args:
        data: the authority's response, DER.
        manifest: the manifest's bytes.
        certificates: PEM of the authority's root, and of what stands between it and the signer; None to look only at
            what was stamped.

    Raises:
        InputError: ``certificates`` holds none.
    """
    known = _certificates(certificates) if certificates is not None else ()
    try:
        response = decode_timestamp_response(data)
        imprint, when = response.tst_info.message_imprint, response.tst_info.gen_time.astimezone(UTC)
    except (ValueError, TypeError, AttributeError):
        return Stamped("it cannot be read as an RFC 3161 response")
    name = _SHA2.get(imprint.hash_algorithm.dotted_string)
    if name is None:
        return Stamped("it stamps a digest of a kind that is not accepted here", when)
    if imprint.message != hashlib.new(name, manifest).digest():
        return Stamped("it was made for another manifest", when)
    if not known:
        return Stamped("", when)
    fault = _chain_fault(response, manifest, known)
    return Stamped(fault, when, by_known_authority=not fault)


def _chain_fault(response: TimeStampResponse, manifest: bytes, known: tuple[Certificate, ...]) -> str:
    roots = [one for one in known if one.issuer == one.subject]
    between = [one for one in known if one not in roots]
    verifier = VerifierBuilder(roots=roots or between, intermediates=between if roots else []).build()
    try:
        verifier.verify_message(response, manifest)
    except (VerificationError, ValueError) as fault:
        return f"it is not signed under the certificate that was given ({str(fault)[:120]})"
    return ""


def _certificates(pem: bytes) -> tuple[Certificate, ...]:
    try:
        return tuple(load_pem_x509_certificates(pem))
    except ValueError as fault:
        raise InputError("the certificate cannot be used: PEM is needed") from fault
