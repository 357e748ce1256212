"""https: the name's certificate on the checked address, and no way back to http."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from range_server import Behaviour, RangeServer

from wayside.archive.remote import Transport
from wayside.errors import AddressRefusedError, SourceError

Maker = Callable[..., Transport]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "certificate.pem", folder / "key.pem"
    names = ["-subj", "/CN=stac.example", "-addext", "subjectAltName=DNS:stac.example"]
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run([*made, "-out", str(files[0]), "-keyout", str(files[1])], check=True, capture_output=True)
    return files


def resolve(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def test_the_certificate_is_the_names_own(certificate: tuple[Path, Path], make: Maker) -> None:
    with RangeServer(tls=certificate) as server:
        server.put("/a", b"{}")
        address = f"https://stac.example:{server.port}/a"
        transport = make(
            address, environ={"SSL_CERT_FILE": str(certificate[0])}, resolve=resolve, limits={"read_s": 5.0}
        )
        assert transport.get(address).body == b"{}"
        with pytest.raises(SourceError, match="certificate is not trusted"):
            transport.get(f"https://other.example:{server.port}/a")


def test_a_certificate_that_is_not_trusted_ends_it_at_once(
    certificate: tuple[Path, Path], make: Maker, waits: list[float]
) -> None:
    with RangeServer(tls=certificate) as server:
        address = f"https://stac.example:{server.port}/a"
        with pytest.raises(SourceError, match="certificate is not trusted"):
            make(address, resolve=resolve).get(address)
        assert waits == []
        assert server.requests == []


def test_https_does_not_redirect_to_http(certificate: tuple[Path, Path], server: RangeServer, make: Maker) -> None:
    with RangeServer(tls=certificate) as secure:
        secure.on("/a", Behaviour(redirect=server.url("/b")))
        address = f"https://stac.example:{secure.port}/a"
        transport = make(
            address, environ={"SSL_CERT_FILE": str(certificate[0])}, resolve=resolve, limits={"read_s": 5.0}
        )
        with pytest.raises(AddressRefusedError, match="from https to http"):
            transport.get(address)
        assert server.requests == []


def test_http_may_redirect_to_https(certificate: tuple[Path, Path], server: RangeServer, make: Maker) -> None:
    with RangeServer(tls=certificate) as secure:
        secure.put("/b", b"{}")
        server.on("/a", Behaviour(redirect=f"https://stac.example:{secure.port}/b"))
        transport = make(environ={"SSL_CERT_FILE": str(certificate[0])}, resolve=resolve, limits={"read_s": 5.0})
        assert transport.get(server.url("/a")).body == b"{}"
