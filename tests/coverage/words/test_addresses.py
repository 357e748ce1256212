"""Hosts of addresses, against the standard library's reading."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.coverage.words.addresses import host_of


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.Example.org/a/b?c#d", "example.org"),
        ("example.org/a", "example.org"),
        ("http://user:pass@news.example.org:8080/x", "news.example.org"),
        ("https://[2001:db8::1]:443/", "2001:db8::1"),
        ("https://example.org.", "example.org"),
        ("", ""),
    ],
)
def test_hosts(address: str, host: str) -> None:
    assert host_of(address) == host


@given(
    st.from_regex(r"[a-z0-9]{1,8}(\.[a-z0-9]{1,8}){1,3}", fullmatch=True),
    st.from_regex(r"(:[0-9]{1,4})?(/[a-z0-9./]{0,12})?(\?[a-z=&]{0,8})?(#[a-z]{0,5})?", fullmatch=True),
)
def test_the_standard_library_agrees(host: str, rest: str) -> None:
    address = f"https://{host}{rest}"
    assert host_of(address) == (urlsplit(address).hostname or "").removeprefix("www.")


@given(st.text())
def test_any_text_gives_a_host_or_nothing(text: str) -> None:
    assert host_of(text) == host_of(text).strip()
