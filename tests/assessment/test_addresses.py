from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.addresses import link_of, public_address, without_parameters

MARKER = "S3cr3tS1gnature"
names = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12).map(lambda t: f"a{t}a")
hosts = st.lists(names, min_size=1, max_size=3).map(lambda parts: ".".join([*parts, "org"]))
paths = st.lists(names, max_size=4).map(lambda parts: "".join(f"/{part}" for part in parts))
schemes = st.sampled_from(["https", "http", "HTTPS"])


@given(schemes, hosts, paths, st.sampled_from(["sig", "X-Amz-Signature", "token", "q", "key"]), st.booleans())
def test_what_is_printed_of_an_address_is_its_place_alone(
    scheme: str, host: str, path: str, name: str, user: bool
) -> None:
    login = f"someone:{MARKER}@" if user else ""
    href = f"{scheme}://{login}{host}{path}?{name}={MARKER}#{MARKER}"
    shown = public_address(href)
    assert shown == f"{scheme.lower()}://{host}{path}"
    parts = urlsplit(shown)
    assert (parts.hostname, parts.path, parts.query, parts.fragment, parts.username) == (host, path, "", "", None)
    assert link_of(href) == ""  # it would lead somewhere else than the catalogue said
    assert link_of(shown) == shown


@given(st.text() | st.text("htps:/@?#.%<>\"'\\a1 \n\u202e", max_size=40).map(lambda t: f"https://{t}"))
def test_whatever_an_address_is_what_is_printed_is_plain(href: str) -> None:
    for shown in (public_address(href), link_of(href)):
        assert shown == "" or re.fullmatch(r"(?:https?|s3|gs)://[!-~]+", shown)
        assert not re.search(r"[<>\"\\?#@\s]", shown.split("/", 3)[2] if shown else "")
        assert public_address(shown) == shown


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)", "data:text/html,<script>", "file:///etc/passwd", "/home/analyst/catalog.json",
        "C:\\data\\catalog.json", "http://127.0.0.1:8000/catalog.json", "http://localhost/x", "http://10.1.2.3/x",
        "http://[::1]/x", "http://2130706433/x", "http://0x7f.1/x", "http://files.internal/x", "http://nas.local:80/x",
        "http://a.localhost/x", "https://example.org/<script>", 'https://example.org/" onload="x', "https://e.org/a b",
        "https://example.org/token=S3cr3tS1gnature/x", "https://example.org/%73ig%3dabc/x",
        "https://example.org/eyJhbGciOiJIUzI1NiJ9.x/a", "https://example.org\\@evil.org/x", "https://", "",
        "https://example.org/\u202egpj.exe", "ftp://example.org/x",
    ],
)  # fmt: skip
def test_what_leads_nowhere_public_is_not_printed(href: str) -> None:
    assert public_address(href) == ""
    assert link_of(href) == ""


def test_buckets_are_named_but_not_linked() -> None:
    assert public_address("s3://sentinel-cogs/a/b.tif?X-Amz-Signature=1") == "s3://sentinel-cogs/a/b.tif"
    assert link_of("s3://sentinel-cogs/a/b.tif") == ""


@given(st.text(), hosts, paths, st.text("abc 1", max_size=9))
def test_sentences_lose_the_parameters_of_their_addresses_alone(before: str, host: str, path: str, after: str) -> None:
    before = before.replace("://", "")
    text = f"{before} https://u:{MARKER}@{host}{path}?sig={MARKER} {after}"
    assert without_parameters(text) == f"{before} https://{host}{path} {after}"
    assert without_parameters(before) == before


def test_a_token_in_a_path_hides_the_whole_address() -> None:
    assert MARKER not in without_parameters(f"GET https://example.org/a/token={MARKER}/b failed")
