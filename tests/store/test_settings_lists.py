from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ConfigError
from wayside.model.scenes import Licence
from wayside.model.sources import Authentication, AuthenticationKind, CatalogueSource
from wayside.store.settings import Settings, read_settings, write_settings
from wayside.store.settings_lists import LinkedSite

SITE = '[site]\nid = "a"\nname = "A"\n'
words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
texts = st.text(min_size=1, max_size=12).filter(lambda t: bool(t.strip()))
authentications = st.one_of(
    st.just(Authentication()),
    st.builds(
        Authentication, kind=st.just(AuthenticationKind.BEARER), variable=st.just("TOKEN_1"), hosts=st.tuples(words)
    ),
    st.builds(
        Authentication, kind=st.just(AuthenticationKind.HEADER), variable=st.just("K"), name=st.just("X-Api-Key")
    ),
    st.just(Authentication(kind=AuthenticationKind.SIGN, sign_url="https://sign.example.org/api")),
    st.just(Authentication(kind=AuthenticationKind.NETRC)),
)
sources = st.builds(
    CatalogueSource,
    name=words,
    url=words.map(lambda w: f"https://{w}.example.org/v1"),
    collections=st.lists(texts, max_size=2).map(tuple),
    gsd_min_m=st.none() | st.floats(0.01, 10),
    gsd_max_m=st.none() | st.floats(0.01, 10),
    cloud_max_pct=st.none() | st.floats(0, 100),
    assets=st.lists(texts, max_size=2).map(tuple),
    licence=st.none() | st.builds(Licence, id=texts, attribution=st.just("") | texts, publishable=st.booleans()),
    authentication=authentications,
    local=st.booleans(),
)
linked = st.builds(LinkedSite, id=words.map(lambda w: "l" + w), name=texts, tracks=words, note=st.just("") | texts)


@given(
    st.lists(sources, max_size=3, unique_by=lambda s: s.name), st.lists(linked, max_size=2, unique_by=lambda s: s.id)
)
def test_what_is_written_is_read_back(found: list[CatalogueSource], others: list[LinkedSite]) -> None:
    settings = Settings(
        site_id="a", site_name="A", sources=tuple(found), linked=tuple(others), search_from="2018-10-05", height_m=12.5
    )
    assert read_settings(write_settings(settings)) == settings


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[[source]]\nname = "x"\n', "source 1.url: missing"),
        ('[[source]]\nname = "x y"\nurl = "https://a.org"\n', "source 1.name: must be a name without spaces"),
        ('[source]\nname = "x"\n', "each beginning with [[source]]"),
        ('[[source]]\nname = "x"\nurl = "https://u:p@a.org/v1"\n', "holds a user or password"),
        ('[[source]]\nname = "x"\nurl = "https://a.org"\nauth = "bearer"\n', "needs an environment variable"),
        ('[[source]]\nname = "x"\nurl = "https://a.org"\ntoken = "s3cret"\n', "source 1.token: no such setting"),
        (
            '[[source]]\nname = "x"\nurl = "https://a.org"\nauth = "bearer"\nauth_variable = "s3-cret"\n',
            "not the name of",
        ),
        ('[[source]]\nname = "x"\nurl = "https://a.org"\npublishable = true\n', "need a licence"),
        ('[[source]]\nname = "x"\nurl = "https://a.org"\n' * 2, "the name 'x' is given twice"),
        ('[[linked]]\nid = "a"\nname = "B"\ntracks = "b.geojson"\n', "the id 'a' is given twice"),
        ('[[linked]]\nid = "b"\nname = "B"\ntracks = "../b.geojson"\n', "inside the workspace"),
        ('[search]\nfrom = "2020-02-30"\n', "search.from: must be a day"),
        ('[search]\nfrom = "2020-02-03"\nto = "2019-01-01"\n', "from must not be after to"),
    ],
)
def test_faults_are_named(text: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(fault)):
        read_settings(SITE + text)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        read_settings(SITE + '[search]\ncache_mb = -1\n[[source]]\nname = "x"\n[[linked]]\nid = "b"\n')
    assert len(caught.value.faults) == 4


def test_no_cloud_at_all_is_a_limit() -> None:
    source = CatalogueSource("s", "https://a.org", cloud_max_pct=0.0)
    assert read_settings(write_settings(Settings("a", "A", sources=(source,)))).sources == (source,)
