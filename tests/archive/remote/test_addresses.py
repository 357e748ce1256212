"""Which addresses may be reached, against the standard library's idea of it; and how addresses are shown."""

from __future__ import annotations

import ipaddress
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.archive.remote.addresses import (
    AddressKind,
    address_key,
    address_kind,
    checked_url,
    origin,
    redacted,
    shown,
)
from wayside.errors import AddressRefusedError

PUBLIC, LOCAL, NEVER = AddressKind.PUBLIC, AddressKind.LOCAL, AddressKind.NEVER


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("8.8.8.8", PUBLIC),
        ("127.0.0.1", LOCAL),
        ("127.255.255.254", LOCAL),
        ("10.1.2.3", LOCAL),
        ("172.16.0.1", LOCAL),
        ("172.32.0.1", PUBLIC),
        ("192.168.1.1", LOCAL),
        ("100.64.0.1", LOCAL),
        ("100.100.100.200", NEVER),
        ("169.254.169.254", NEVER),
        ("168.63.129.16", NEVER),
        ("0.0.0.0", NEVER),  # noqa: S104 - refused, not bound to
        ("224.0.0.1", NEVER),
        ("255.255.255.255", NEVER),
        ("198.18.0.1", NEVER),
        ("2606:4700::1111", PUBLIC),
        ("::", NEVER),
        ("::1", LOCAL),
        ("::127.0.0.1", NEVER),
        ("::ffff:8.8.8.8", PUBLIC),
        ("::ffff:127.0.0.1", LOCAL),
        ("::ffff:169.254.169.254", NEVER),
        ("fc00::1", LOCAL),
        ("fd00:ec2::254", NEVER),
        ("fe80::1", NEVER),
        ("fe80::1%eth0", NEVER),
        ("2606:4700::1111%eth0", NEVER),
        ("fec0::1", NEVER),
        ("ff02::1", NEVER),
        ("64:ff9b::8.8.8.8", PUBLIC),
        ("64:ff9b::127.0.0.1", NEVER),
        ("64:ff9b::10.0.0.1", NEVER),
        ("64:ff9b:1::8.8.8.8", NEVER),
        ("2002:808:808::1", PUBLIC),
        ("2002:7f00:1::1", NEVER),
        ("2002:a9fe:a9fe::1", NEVER),
        ("2001:0:808:808::", NEVER),
        ("2001:db8::1", NEVER),
        ("2606:4700::5efe:10.0.0.1", NEVER),
        ("2606:4700::200:5efe:127.0.0.1", NEVER),
        ("100::1", NEVER),
    ],
)
def test_known_addresses(text: str, kind: AddressKind) -> None:
    assert address_kind(ipaddress.ip_address(text)) is kind


@given(st.ip_addresses())
def test_whatever_is_public_here_is_so_for_the_standard_library(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if address_kind(address) is PUBLIC:
        inner = getattr(address, "ipv4_mapped", None) or address
        assert inner.is_global
        assert not inner.is_multicast
        assert not inner.is_reserved or inner in ipaddress.ip_network("64:ff9b::/96")
        assert not inner.is_private
        assert not inner.is_link_local


@given(st.ip_addresses(v=4))
def test_ipv4_is_public_exactly_where_the_standard_library_says_so(address: ipaddress.IPv4Address) -> None:
    here = address_kind(address) is PUBLIC
    exceptions = ("168.63.129.16/32", "192.88.99.0/24", "192.0.0.0/24")
    if not any(address in ipaddress.ip_network(n) for n in exceptions):
        assert here == (address.is_global and not address.is_multicast)


@given(st.ip_addresses(v=4), st.integers(0, 2**80 - 1))
def test_forms_that_carry_an_ipv4_address_never_open_what_it_closes(address: ipaddress.IPv4Address, rest: int) -> None:
    number = int(address)
    forms = [
        0xFFFF << 32 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80 | rest,
        0x26064700 << 96 | 0x5EFE << 32 | number,
        number,
    ]
    if address_kind(address) is not PUBLIC:
        assert all(address_kind(ipaddress.IPv6Address(form)) is not PUBLIC for form in forms)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "file:///etc/passwd",
        "gopher://example.org/",
        "s3://bucket/key",
        "/etc/passwd",
        "a.tif",
        "",
        "http://",
        "http:///a",
        "https://user:secret@example.org/",
        "https://user@example.org/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://1.2.3/",
        "http://127.0.0.1.:80/",
        "http://8.8.8.08/",
        "http://4294967297/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[fe80::1%25eth0]/",
        "http://[64:ff9b::7f00:1]/",
        "http://0.0.0.0/",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://a.localhost/",
        "http://１２７.0.0.1/",
        "http://127。0。0。1/",
        "http://ex ample.org/",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://-/",
        "http://%31%32%37.0.0.1/",
        "http://[::1",
        "http://exa\nmple.org/",
    ],
)
def test_refused_before_anything_is_looked_up(url: str) -> None:
    with pytest.raises(AddressRefusedError) as caught:
        checked_url(url, local=False)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/a", "http://[::1]/", "http://10.0.0.1/", "http://localhost/"])
def test_a_local_source_may_reach_this_machine(url: str) -> None:
    assert str(checked_url(url, local=True)) == url


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/", "http://0.0.0.0/", "http://[fe80::1]/", "http://2130706433/", "http://224.0.0.1/"],
)
def test_even_a_local_source_never_reaches_these(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        checked_url(url, local=True)


@pytest.mark.parametrize(
    "url", ["https://example.org/a%20b?x=1", "https://8.8.8.8/", "https://bücher.example/", "https://a_b.example/"]
)
def test_public_addresses_pass(url: str) -> None:
    assert checked_url(url, local=False) == httpx.URL(url)


@given(st.ip_addresses(), st.booleans(), st.integers(1, 65535))
def test_a_plainly_written_address_passes_exactly_by_its_kind(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, local: bool, port: int
) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    kind = address_kind(address)
    try:
        checked_url(f"http://{host}:{port}/", local=local)
        passed = True
    except AddressRefusedError:
        passed = False
    assert passed == (kind is PUBLIC or (local and kind is LOCAL))


@given(st.text(max_size=60))
def test_anything_is_an_address_or_refused(text: str) -> None:
    for candidate in (text, "http://" + text):
        try:
            parsed = checked_url(candidate, local=False)
        except AddressRefusedError:
            continue
        assert parsed.scheme in {"http", "https"}
        assert not parsed.userinfo


def test_origin_fills_in_the_port_and_ignores_the_last_dot() -> None:
    assert origin(httpx.URL("https://A.example./x")) == ("https", "a.example", 443)
    assert origin(httpx.URL("http://a.example:8080")) == ("http", "a.example", 8080)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h.example/p/a.tif?sig=abc&sv=1", "https://h.example/p/a.tif?***"),
        ("https://u:pw@h.example/p#frag", "https://h.example/p"),
        ("https://h.example/s?limit=10&token=abc&bbox=1,2,3,4", "https://h.example/s?limit=10&bbox=1,2,3,4&***"),
        ("https://h.example/s?abcdef", "https://h.example/s?***"),
        ("https://h.example/s;jsession=abc?limit=1", "https://h.example/s;***?limit=1"),
        ("s3://key:pw@bucket/a", "s3://bucket/a"),
        ("/data/scenes/a.tif", "/data/scenes/a.tif"),
        ("../a.tif?sig=x", "../a.tif?***"),
        ("http:/user:pw@host/", "an address that cannot be read"),
        ("user:pw@host/a", "an address that cannot be read"),
        ("http://[::1", "an address that cannot be read"),
        ("https://h.example/a\nb", "https://h.example/a_b"),
    ],
)
def test_shown(url: str, expected: str) -> None:
    assert shown(url) == expected


def test_shown_hides_named_parameters_and_known_secrets_anywhere() -> None:
    assert shown("https://h.example/s?limit=77", secret_names=["Limit"]) == "https://h.example/s?***"
    assert shown("https://h.example/k%20ey!/s?ids=k%20ey!", secrets=["k ey!"]) == "https://h.example/***/s?ids=***"


SECRETS = st.text(st.sampled_from("SECRTX+/ =%&é:@?#;"), min_size=6, max_size=20).map(lambda t: "Qz9" + t)


@given(
    SECRETS,
    st.sampled_from(["sig", "token", "X-Amz-Signature", "access_token", "q", "limit", "bbox"]),
    st.sampled_from([lambda s: s, lambda s: quote(s, safe="")]),
)
def test_a_known_secret_is_never_shown(secret: str, name: str, form) -> None:  # noqa: ANN001 - one of the two above
    text = form(secret)
    for url in (
        f"https://h.example/p?{name}={text}&limit=3",
        f"https://h.example/{text}/p",
        f"https://me:{text}@h.example/p?limit=3",
        f"https://h.example/p#{text}",
        f"https://{text}",
    ):
        assert "Qz9" not in shown(url, secrets=[secret])


@given(SECRETS)
def test_an_unknown_secret_in_a_parameter_user_or_fragment_is_never_shown(secret: str) -> None:
    text = quote(secret, safe="")
    assert "Qz9" not in shown(f"https://me:{text}@h.example/p?limit=3&sig={text}&{text}&{text}=1#{text}")


@given(st.one_of(st.text(max_size=80), st.text(max_size=80).map(lambda t: "https://h.example/" + t)))
def test_shown_is_printable_short_and_settled(text: str) -> None:
    once = shown(text)
    assert len(once) <= 500
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in once)
    assert shown(once) == once


def test_redacted_finds_base_64() -> None:
    assert redacted("Basic dXNlcjpwYXNz", ["user:pass"]) == "Basic ***"


def test_address_key_ignores_signatures_alone() -> None:
    plain = "https://h.example/a.tif"
    same = [
        plain + "?sig=abc&se=2024&sv=1&sp=r",
        plain + "?X-Amz-Signature=1&X-Amz-Date=2&x-amz-credential=3",
        plain + "?Signature=1&Expires=2&Key-Pair-Id=3",
        plain + "?token=abc",
        "https://H.example/a.tif",
    ]
    assert {address_key(u) for u in same} == {address_key(plain)}
    others = ["?file=a", "?file=b", "?se=1", "?expires=1", "?key=1"]
    assert len({address_key(plain + o) for o in ["", *others]}) == 6
    assert address_key(plain + "?a=1&b=2") == address_key(plain + "?b=2&a=1")
    assert address_key(plain + "?code=1", secret_names=["CODE"]) == address_key(plain)
