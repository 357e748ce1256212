"""Addresses of assets: relative, in buckets, alternate, and those that are refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.archive.search.hrefs import absolute, asset_address
from wayside.errors import AddressRefusedError

BASE = "https://catalogue.example.org/items/a.json"


@pytest.mark.parametrize(
    ("asset", "address"),
    [
        ({"href": "https://images.example.org/a.tif?sig=x%2Fy"}, "https://images.example.org/a.tif?sig=x%2Fy"),
        ({"href": "./a.tif"}, "https://catalogue.example.org/items/a.tif"),
        ({"href": "./a.tif?of=https://x.org/b"}, "https://catalogue.example.org/items/a.tif?of=https://x.org/b"),
        ({"href": "../../../a.tif"}, "https://catalogue.example.org/a.tif"),
        ({"href": "//images.example.org/a.tif"}, "https://images.example.org/a.tif"),
        ({"href": "..\\b\\a.tif"}, "https://catalogue.example.org/b/a.tif"),
        ({"href": "s3://bucket/k/a b.tif"}, "https://bucket.s3.amazonaws.com/k/a%20b.tif"),
        ({"href": "s3://bucket.with.dots/a.tif"}, "https://s3.amazonaws.com/bucket.with.dots/a.tif"),
        (
            {"href": "s3://bucket/a.tif", "storage:region": "us-west-2"},
            "https://bucket.s3.us-west-2.amazonaws.com/a.tif",
        ),
        ({"href": "/vsis3/bucket/a.tif"}, "https://bucket.s3.amazonaws.com/a.tif"),
        ({"href": "/vsicurl/https://images.example.org/a.tif"}, "https://images.example.org/a.tif"),
        ({"href": "gs://bucket/k/a.tif"}, "https://storage.googleapis.com/bucket/k/a.tif"),
        ({"href": "abfs://box@account.dfs.core.windows.net/a.tif"}, "https://account.blob.core.windows.net/box/a.tif"),
        (
            {"href": "az://box/a.tif", "xarray:storage_options": {"account_name": "account"}},
            "https://account.blob.core.windows.net/box/a.tif",
        ),
        (
            {"href": "ftp://x/a.tif", "alternate": {"web": {"href": "https://images.example.org/a.tif"}}},
            "https://images.example.org/a.tif",
        ),
        (
            {
                "href": "s3://b/a.tif",
                "storage:requester_pays": True,
                "alternate": {
                    "a": 7,
                    "b": {"href": "https://images.example.org/a.tif", "storage:requester_pays": False},
                },
            },
            "https://images.example.org/a.tif",
        ),
        ({"alternate": {"s3": {"href": "s3://bucket/a.tif"}}}, "https://bucket.s3.amazonaws.com/a.tif"),
    ],
)
def test_addresses(asset: dict[str, Any], address: str) -> None:
    assert asset_address(asset, {}, BASE, local=False) == address


def test_storage_schemes_of_the_item() -> None:
    properties = {
        "storage:schemes": {"aws": {"type": "aws-s3", "region": "eu-central-1"}, "paid": {"requester_pays": True}}
    }
    found = asset_address({"href": "s3://bucket/a.tif", "storage:refs": ["aws"]}, properties, BASE, local=False)
    assert found == "https://bucket.s3.eu-central-1.amazonaws.com/a.tif"
    with pytest.raises(AddressRefusedError, match="requester pays"):
        asset_address({"href": "s3://bucket/a.tif", "storage:refs": ["paid"]}, properties, BASE, local=False)


@pytest.mark.parametrize(
    ("asset", "why"),
    [
        ({"href": "file:///a.tif"}, "not local"),
        ({"href": "ftp://x/a.tif"}, "scheme 'ftp'"),
        ({"href": "s3://bucket"}, "not complete"),
        ({"href": "s3://b/a", "storage:requester_pays": True}, "requester pays"),
        ({"href": "az://box/a.tif"}, "storage account"),
        ({"href": "abfs://box@evil host/a.tif"}, "storage account"),
        ({"href": "https:///a.tif"}, "no host"),
        ({"href": "https://[::1/a.tif"}, "malformed"),
        ({"href": "a\nb"}, "malformed"),
        ({"href": "x" * 9000}, "malformed"),
        ({"href": 7}, "no address"),
        ({}, "no address"),
    ],
)
def test_refused(asset: dict[str, Any], why: str) -> None:
    with pytest.raises(AddressRefusedError, match=why):
        asset_address(asset, {}, BASE, local=False)


def test_paths_of_a_local_source() -> None:
    base = "/data/archive/items/a.json"
    assert absolute("../images/a.tif", base, local=True) == "/data/archive/images/a.tif"
    assert absolute("/other/a.tif", base, local=True) == "/other/a.tif"
    assert absolute("file:///other/a%20b.tif", base, local=True) == "/other/a b.tif"
    assert absolute("https://images.example.org/a.tif", base, local=True) == "https://images.example.org/a.tif"
    assert absolute("../../../../../a.tif", base, local=True) == "/a.tif"


@given(st.text(max_size=60), st.booleans())
def test_any_text_is_an_address_of_the_web_or_refused(href: str, dotted: bool) -> None:
    try:
        found = asset_address({"href": ("../" if dotted else "") + href}, {}, BASE, local=False)
    except AddressRefusedError:
        return
    assert urlsplit(found).scheme in {"http", "https"}
    assert urlsplit(found).hostname


@given(st.lists(st.sampled_from(["a", "b", "..", "."]), min_size=1, max_size=6).map("/".join))
def test_relative_addresses_are_as_the_standard_library_has_them(href: str) -> None:
    assert absolute(href, BASE, local=False) == urljoin(BASE, href)
    path = urlsplit(urljoin("http://h/x/y/z/a.json", href)).path.rstrip("/")
    assert absolute(href, "/x/y/z/a.json", local=True) == (path or "/")
