"""Signatures and timestamps over a manifest, checked with other programs where there are any."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import InputError
from wayside.report.bundle import check_signature, check_timestamp, public_key_of, sign, timestamp_request

MANIFEST = b'{"format": "wayside-bundle-1"}\n'
DIGEST = hashlib.sha256(MANIFEST).hexdigest()


def private_key(seed: int = 1) -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_signature_holds_for_its_manifest_and_key_alone() -> None:
    signed = sign(DIGEST, private_key())
    assert signed == sign(DIGEST, private_key()), "Ed25519 has no chance in it"
    assert check_signature(signed, DIGEST).fault == ""
    assert not check_signature(signed, DIGEST).by_known_key
    assert check_signature(signed, DIGEST, public_key_of(private_key())).by_known_key
    assert "another key" in check_signature(signed, DIGEST, public_key_of(private_key(2))).fault
    assert "another manifest" in check_signature(signed, "0" * 64).fault


def test_the_envelope_is_laid_out_as_others_read_it() -> None:
    bundle = json.loads(sign(DIGEST, private_key()))
    assert bundle["mediaType"] == "application/vnd.dev.sigstore.bundle.v0.3+json"
    envelope = bundle["dsseEnvelope"]
    payload = base64.b64decode(envelope["payload"])
    # The protocol's own formula, written out once more.
    kind = envelope["payloadType"]
    encoded = b" ".join([b"DSSEv1", str(len(kind)).encode(), kind.encode(), str(len(payload)).encode(), payload])
    key = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32).public_key()
    key.verify(base64.b64decode(envelope["signatures"][0]["sig"]), encoded)
    statement = json.loads(payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"] == [{"name": "manifest.json", "digest": {"sha256": DIGEST}}]


def test_openssl_agrees(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    envelope = json.loads(sign(DIGEST, private_key()))["dsseEnvelope"]
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    (tmp_path / "data").write_bytes(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
    (tmp_path / "sig").write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
    (tmp_path / "key").write_bytes(public_key_of(private_key()))
    subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key", "-rawin", "-in", "data", "-sigfile", "sig"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip


def test_every_changed_byte_of_a_signature_is_found() -> None:
    signed = sign(DIGEST, private_key())
    for place in range(len(signed)):
        changed = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        assert check_signature(changed, DIGEST).fault, place


@given(
    st.binary(max_size=200) | st.sampled_from([b"{}", b"[]", b'{"dsseEnvelope": {"payload": "", "signatures": []}}'])
)
def test_any_bytes_are_no_signature_and_no_timestamp(data: bytes) -> None:
    assert check_signature(data, DIGEST).fault
    assert check_timestamp(data, MANIFEST).fault


def test_keys_that_cannot_be_used_are_refused() -> None:
    curve = generate_private_key(SECP256R1())
    other = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for key in (b"", b"x", other, public_key_of(private_key())):
        with pytest.raises(InputError, match="key"):
            sign(DIGEST, key)
    signed = sign(DIGEST, private_key())
    for key in (b"", public, private_key()):
        with pytest.raises(InputError, match="key"):
            check_signature(signed, DIGEST, key)
    with pytest.raises(InputError, match="certificate"):
        check_timestamp(b"", MANIFEST, b"none")


# ---------------------------------------------------------------------- timestamps
_CONFIG = """
[tsa]
default_tsa = local
[local]
dir = .
serial = ./serial
crypto_device = builtin
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
tsa_name = yes
[usage]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
"""


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], bytes]:
    """A time-stamping authority of our own: answers a request; its root stands in ``root.pem`` of ``folder``."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text(_CONFIG)
    (folder / "serial").write_text("01\n")
    ec = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    (folder / "req.cnf").write_text("[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = x\n" + _CONFIG)
    for name in ("root", "other"):
        _openssl(folder, "req", "-x509", *ec, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj",
                 f"/CN=Test {name}",
                 "-days", "3650", "-config", "req.cnf", "-extensions", "root")  # fmt: skip
    _openssl(folder, "req", *ec, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test TSA", "-config", "req.cnf")
    _openssl(folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
             "-out", "tsa.pem", "-days", "3650", "-extfile", "tsa.cnf", "-extensions", "usage")  # fmt: skip

    def answer(request: bytes) -> bytes:
        if not request:
            return (folder / "root.pem").read_bytes()
        if request == b"other":
            return (folder / "other.pem").read_bytes()
        (folder / "request.tsq").write_bytes(request)
        _openssl(folder, "ts", "-reply", "-queryfile", "request.tsq", "-out", "reply.tsr", "-config", "tsa.cnf")
        return (folder / "reply.tsr").read_bytes()

    return answer


def test_a_timestamp_holds_for_its_manifest_and_authority_alone(authority: Callable[[bytes], bytes]) -> None:
    stamp, root, other = authority(timestamp_request(MANIFEST)), authority(b""), authority(b"other")
    alone = check_timestamp(stamp, MANIFEST)
    assert alone.fault == ""
    assert not alone.by_known_authority
    assert alone.when is not None
    assert abs((datetime.now(UTC) - alone.when).total_seconds()) < 3600
    assert check_timestamp(stamp, MANIFEST, root).by_known_authority
    assert "certificate" in check_timestamp(stamp, MANIFEST, other).fault
    assert "another manifest" in check_timestamp(stamp, MANIFEST + b" ").fault
    assert check_timestamp(stamp[:-3], MANIFEST).fault


def test_a_changed_byte_of_a_timestamp_is_found_under_its_certificate(authority: Callable[[bytes], bytes]) -> None:
    stamp, root = authority(timestamp_request(MANIFEST)), authority(b"")
    place = stamp.index(hashlib.sha256(MANIFEST).digest()) + 40  # within what is signed: serial number and time
    for at in range(place, place + 20):
        changed = stamp[:at] + bytes([stamp[at] ^ 1]) + stamp[at + 1 :]
        assert check_timestamp(changed, MANIFEST, root).fault, at


def test_requests_are_never_alike() -> None:
    assert timestamp_request(MANIFEST) != timestamp_request(MANIFEST)
