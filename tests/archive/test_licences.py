from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.archive.licences import attribution_line, completed_licence, licence_from_id, licence_from_stac
from wayside.archive.spdx import expression_terms, is_listed, mildest, normal_id, strictest
from wayside.archive.terms import KNOWN_TERMS
from wayside.model.scenes import Licence, Publication

YES, CREDIT, NO = Publication.YES, Publication.WITH_ATTRIBUTION, Publication.NO
WHEN = "2023-10-05T02:11:00Z"


def made_by(*names: str, role: str = "producer") -> list[dict[str, Any]]:
    return [{"name": name, "roles": [role]} for name in names]


# ---------------------------------------------------------------------------- SPDX
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CC0-1.0", YES),
        ("PDDL-1.0", YES),
        ("CC-PDDC", YES),
        ("CC-BY-4.0", CREDIT),
        ("CC-BY-3.0-IGO", CREDIT),
        ("CC-BY-SA-4.0", CREDIT),
        ("ODbL-1.0", CREDIT),
        ("OGL-UK-3.0", CREDIT),
        ("etalab-2.0", CREDIT),
        ("Apache-2.0", CREDIT),
        ("CC-BY-NC-4.0", NO),
        ("CC-BY-NC-SA-3.0-IGO", NO),
        ("CC-BY-ND-4.0", NO),
        ("CC-BY-NC-ND-4.0", NO),
        ("GPL-3.0-only", NO),
        ("LicenseRef-Maxar", NO),
        ("CC-BY-4.0-nonsense", NO),
    ],
)
def test_what_a_licence_allows(name: str, expected: Publication) -> None:
    terms = expression_terms(name)
    assert terms is not None
    assert terms.publication is expected
    assert name in terms.why


def test_share_alike_non_commercial_and_no_derivatives_are_explained() -> None:
    words = {"CC-BY-SA-4.0": "same licence", "CC-BY-NC-4.0": "commercial", "CC-BY-ND-4.0": "derivative"}
    for name, word in words.items():
        terms = expression_terms(name)
        assert terms is not None
        assert word in terms.why


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CC-BY-4.0 AND CC0-1.0", CREDIT),
        ("CC-BY-NC-4.0 OR CC0-1.0", YES),
        ("CC0-1.0 AND CC-BY-NC-4.0 OR MIT", CREDIT),
        ("CC0-1.0 AND (CC-BY-NC-4.0 OR MIT)", CREDIT),
        ("(CC-BY-4.0)", CREDIT),
        ("MIT WITH Some-exception AND CC0-1.0", CREDIT),
        ("cc-by-4.0 or cc-by-nc-4.0", CREDIT),
        ("CC-BY-3.0+", CREDIT),
    ],
)
def test_and_takes_the_strictest_and_or_the_mildest(text: str, expected: Publication) -> None:
    terms = expression_terms(text)
    assert terms is not None
    assert terms.publication is expected


@pytest.mark.parametrize(
    "text", ["", "(", ")", "MIT MIT", "MIT AND", "OR MIT", "MIT WITH", "(MIT", "MIT)", "MIT & X", "()", "AND", "a b",
             "(" * 30 + "MIT" + ")" * 30, "MIT OR " * 60 + "MIT", "see terms, please"],
)  # fmt: skip
def test_what_is_no_expression_is_none(text: str) -> None:
    assert expression_terms(text) is None


LEAVES = {"CC0-1.0": 0, "CC-BY-4.0": 1, "MIT": 1, "CC-BY-NC-4.0": 2}
trees = st.recursive(
    st.sampled_from(sorted(LEAVES)),
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner),
    max_leaves=6,
)


def spelled(tree: Any) -> str:
    return tree if isinstance(tree, str) else f"({spelled(tree[0])} {tree[1]} {spelled(tree[2])})"


def meant(tree: Any) -> int:
    """The strictness of an expression, worked out on the tree that it was written from."""
    if isinstance(tree, str):
        return LEAVES[tree]
    return (max if tree[1] == "AND" else min)(meant(tree[0]), meant(tree[2]))


@given(trees)
def test_expressions_mean_what_their_tree_means(tree: Any) -> None:
    terms = expression_terms(spelled(tree))
    assert terms is not None
    assert [YES, CREDIT, NO].index(terms.publication) == meant(tree)


@given(st.lists(st.sampled_from(sorted(LEAVES)), min_size=1, max_size=5), st.data())
def test_and_binds_before_or_without_brackets(names: list[str], data: st.DataObject) -> None:
    words = [data.draw(st.sampled_from(["AND", "OR"])) for _ in names[1:]]
    text = " ".join(itertools.chain(*zip(names, [*words, ""], strict=True))).strip()
    groups = [part.split(" AND ") for part in text.split(" OR ")]
    terms = expression_terms(text)
    assert terms is not None
    assert [YES, CREDIT, NO].index(terms.publication) == min(max(LEAVES[n] for n in group) for group in groups)


@given(st.text(max_size=40))
def test_no_text_breaks_the_parser(noise: str) -> None:
    terms = expression_terms(normal_id(noise))
    assert terms is None or terms.publication in Publication


def test_strictest_and_mildest_keep_the_first_of_equals() -> None:
    first, second = expression_terms("MIT"), expression_terms("CC-BY-4.0")
    assert first is not None
    assert second is not None
    assert strictest(first, second) is first
    assert mildest(second, first) is second


@pytest.mark.parametrize(
    ("written", "spdx"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by-4.0", "CC-BY-4.0"),
        ("CC-BY 4.0", "CC-BY-4.0"),
        ("CC BY-NC-SA 3.0", "CC-BY-NC-SA-3.0"),
        ("CC-BY-3.0-IGO", "CC-BY-3.0-IGO"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nc-nd/4.0/legalcode", "CC-BY-NC-ND-4.0"),
        ("https://creativecommons.org/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("Public Domain", "CC-PDM-1.0"),
        ("CC0", "CC0-1.0"),
        ("Apache-2.0", "Apache-2.0"),
        ("CC BY 4.0 but not here", "CC BY 4.0 but not here"),
    ],
)
def test_ids_are_found_in_words_and_addresses(written: str, spdx: str) -> None:
    assert normal_id(written) == spdx


def test_only_known_ids_are_called_spdx() -> None:
    assert is_listed("CC-BY-4.0")
    assert not any(
        map(is_listed, ["other", "proprietary", "Maxar-EULA", "CC-BY-4.0 AND MIT", "Copernicus-Sentinel-Data"])
    )


# ---------------------------------------------------------------------------- catalogues
S2 = {"platform": "sentinel-2a", "constellation": "sentinel-2", "datetime": WHEN}
EARTH_SEARCH = {
    "id": "sentinel-2-l2a", "license": "proprietary",
    "links": [{"rel": "license", "href": "https://sentinel.esa.int/documents/247904/690755/Sentinel_Data_Legal_Notice"}],
    "providers": [*made_by("ESA"), *made_by("Sinergise", role="processor"), *made_by("AWS", role="host")],
}  # fmt: skip


def test_copernicus_with_its_notice_and_the_year() -> None:
    found = licence_from_stac(S2, collection=EARTH_SEARCH)
    assert found.publication is CREDIT
    assert found.attribution == "Contains modified Copernicus Sentinel data 2023; sentinel-2a"
    assert found.id == "Copernicus-Sentinel-Data"
    assert found.url.startswith("https://sentinel.esa.int")
    assert licence_from_stac(S2).attribution == found.attribution
    republished = licence_from_stac({**S2, "license": "CC0-1.0"}, collection=EARTH_SEARCH)
    assert (republished.publication, republished.id) == (CREDIT, "CC0-1.0")
    assert republished.attribution.startswith("Contains modified Copernicus Sentinel data 2023")


@pytest.mark.parametrize(
    ("platform", "known"),
    [("sentinel-2a", True), ("Sentinel-2B", True), ("SENTINEL-1C", True), ("sentinel-3", True), ("Sentinel2", True),
     ("sentinel-2x", False), ("antisentinel-2a", False), ("sentinel", False)],
)  # fmt: skip
def test_sentinels_are_told_by_their_platform_alone(platform: str, known: bool) -> None:
    assert licence_from_stac({"platform": platform}).publishable is known


def test_who_sharpens_open_data_may_sell_the_result() -> None:
    found = licence_from_stac(S2, collection={"license": "proprietary"}, providers=made_by("Sharpener GmbH"))
    assert found.publication is NO
    assert not licence_from_stac(S2, providers=made_by("Sharpener GmbH")).publishable


@pytest.mark.parametrize(
    ("properties", "collection", "line"),
    [
        (
            {"platform": "landsat-8", "datetime": WHEN},
            {"id": "landsat-c2-l2", "license": "proprietary", "providers": made_by("NASA", "USGS")},
            "landsat-8 image courtesy of the U.S. Geological Survey, 2023",
        ),
        (
            {"datetime": None, "start_datetime": "2021-06-01T00:00:00Z"},
            {"id": "naip", "license": "proprietary", "providers": made_by("USDA Farm Service Agency")},
            "NAIP image courtesy of the U.S. Department of Agriculture, 2021",
        ),
    ],
)
def test_what_is_in_the_public_domain_asks_for_courtesy_only(
    properties: dict[str, Any], collection: dict[str, Any], line: str
) -> None:
    found = licence_from_stac(properties, collection=collection)
    assert (found.publication, found.attribution, found.courtesy) == (YES, line, True)


def test_swisstopo_and_openaerialmap() -> None:
    swiss = licence_from_stac(
        {"datetime": WHEN},
        collection={
            "id": "ch.swisstopo.swissimage-dop10", "license": "proprietary",
            "links": [{"rel": "license", "href": "https://www.swisstopo.admin.ch/en/home/meta/conditions/ogd.html"}],
            "providers": [{"name": "Federal Office of Topography - swisstopo", "roles": ["licensor"]}],
        },
    )  # fmt: skip
    assert (swiss.publication, swiss.attribution) == (CREDIT, "© swisstopo, 2023")
    oam = licence_from_stac({"datetime": WHEN}, collection={"id": "openaerialmap"}, providers=made_by("OpenAerialMap"))
    assert (oam.publication, oam.id) == (CREDIT, "CC-BY-4.0")
    assert oam.attribution == "OpenAerialMap, 2023; CC-BY-4.0"


@pytest.mark.parametrize(
    ("maker", "platform"),
    [("Planet", "SkySat-C1"), ("Planet Labs PBC", ""), ("Maxar", "WorldView-3"), ("Vantor", ""), ("", "wv02"),
     ("Airbus DS", "PNEO3"), ("Umbra", "Umbra-04"), ("Capella Space", ""), ("BlackSky", ""), ("DigitalGlobe", ""),
     ("", "SkySatCollect"), ("", "PSScene4Band"), ("", "WorldViewLegion-1"), ("", "Pléiades-1A"), ("", "SPOT-6")],
)  # fmt: skip
def test_commercial_images_are_closed_unless_their_programme_opens_them(maker: str, platform: str) -> None:
    properties = {"platform": platform, "datetime": WHEN}
    providers = made_by(maker) if maker else []
    for license_ in ("proprietary", "other", None):
        closed = licence_from_stac(properties, collection={"license": license_}, providers=providers)
        assert (closed.publication, closed.id) == (NO, "proprietary")
        assert "sold" in closed.why
    opened = licence_from_stac(properties, collection={"license": "CC-BY-4.0"}, providers=providers)
    assert opened.publication is CREDIT
    assert opened.attribution.endswith("2023; CC-BY-4.0")
    assert maker in opened.attribution
    assert licence_from_stac(properties, collection={"license": "CC-BY-NC-4.0"}).publication is NO


def test_unknown_terms_are_not_publishable() -> None:
    assert licence_from_stac({}).publication is NO
    assert licence_from_stac({}).id == "unknown"
    assert licence_from_stac({"license": "other"}).why
    assert licence_from_stac({"license": "Ask Bob"}).publication is NO
    hosted = licence_from_stac({}, providers=made_by("ESA", role="host"))
    assert hosted.publication is NO
    assert licence_from_stac({}, providers=made_by("USGS")).publication is NO


def test_a_licence_behind_a_link() -> None:
    links = [{"rel": "self", "href": "https://creativecommons.org/licenses/by/4.0/"}]
    assert licence_from_stac({"license": "other"}, links=links).publication is NO
    links = [{"rel": "license", "href": "https://creativecommons.org/licenses/by-sa/4.0/"}]
    found = licence_from_stac({"license": "other"}, links=links, providers=made_by("City"))
    assert (found.publication, found.id, found.attribution) == (CREDIT, "CC-BY-SA-4.0", "City; CC-BY-SA-4.0")
    both = [*links, {"rel": "license", "href": "https://creativecommons.org/licenses/by-nc/4.0/"}]
    assert licence_from_stac({"license": "various"}, links=both).publication is NO
    assert licence_from_stac({"license": "various"}, links=both[::-1]).publication is NO


def test_asset_goes_before_item_before_collection_and_the_strictest_asset_holds() -> None:
    collection = {"license": "CC-BY-NC-4.0"}
    assert licence_from_stac({"license": "CC0-1.0"}, collection=collection).publication is YES
    open_, closed, silent = {"license": "CC-BY-4.0"}, {"license": "CC-BY-ND-4.0"}, {"href": "a"}
    assert licence_from_stac({}, collection=collection, assets=[open_]).publication is CREDIT
    assert licence_from_stac({}, collection=collection, assets=[open_, silent]).id == "CC-BY-NC-4.0"
    assert licence_from_stac({"license": "CC0-1.0"}, assets=[open_, closed]).id == "CC-BY-ND-4.0"


def test_the_users_contract_goes_before_all() -> None:
    contract = Licence("Our contract 7", publishable=True)
    found = licence_from_stac(
        {"platform": "WorldView-3", "datetime": WHEN}, providers=made_by("Maxar"), override=contract
    )
    assert found.publication is CREDIT
    assert found.attribution == "Maxar, WorldView-3, 2023; Our contract 7"
    kept = Licence("x", "(c) X", publishable=True)
    assert licence_from_stac({}, override=kept) == kept
    closed = Licence("x")
    assert licence_from_stac({"license": "CC0-1.0"}, override=closed) == closed


def test_the_catalogues_own_words_are_the_attribution() -> None:
    found = licence_from_stac({"license": "CC-BY-4.0", "attribution": "Photo: J. Doe\u202e\n"})
    assert found.attribution == "Photo: J. Doe; CC-BY-4.0"


def test_whoever_publishes_with_attribution_has_a_line() -> None:
    assert licence_from_stac({"license": "CC-BY-4.0"}).attribution == "CC-BY-4.0"
    assert attribution_line(provider="A", platform="A", year="2020", licence="MIT") == "A, 2020; MIT"
    assert attribution_line() == ""


noise = st.recursive(
    st.none() | st.integers() | st.booleans() | st.text(max_size=8)
    | st.sampled_from(["CC-BY-4.0", "license", "ESA", "sentinel-2a", "producer", "proprietary", "maxar"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["license", "links", "providers", "name", "roles", "rel", "href", "platform", "id"]), inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(noise, noise, noise, noise, noise)
@settings(max_examples=300)
def test_no_catalogue_breaks_it_and_what_it_allows_has_a_line(a: Any, b: Any, c: Any, d: Any, e: Any) -> None:
    found = licence_from_stac(a, collection=b, links=c, providers=d, assets=e if isinstance(e, list) else ())
    assert found.id.strip()
    assert found.why
    assert (found.publication is CREDIT) <= bool(found.attribution)
    assert len(found.attribution) < 2000


# ---------------------------------------------------------------------------- what a user names
def test_a_user_names_a_licence() -> None:
    found = licence_from_id("CC BY 4.0", provider="Somebody", platform="drone", year=2023)
    assert (found.id, found.publication) == ("CC-BY-4.0", CREDIT)
    assert found.attribution == "Somebody, drone, 2023; CC-BY-4.0"
    assert licence_from_id("proprietary").publication is NO
    assert licence_from_id("nonsense").publication is NO
    assert licence_from_id("copernicus-sentinel-data", year=2020).attribution.endswith("Sentinel data 2020")


def test_terms_that_were_given_are_completed_and_not_overruled() -> None:
    closed = completed_licence(Licence("CC-BY-4.0"), provider="S", year=2023)
    assert (closed.publication, closed.attribution) == (NO, "")
    assert "not be shown" in closed.why
    opened = completed_licence(Licence("CC-BY-NC-4.0", publishable=True), provider="S", year=2023)
    assert (opened.publication, opened.attribution) == (CREDIT, "S, 2023; CC-BY-NC-4.0")
    assert "may be shown" in opened.why
    plain = completed_licence(Licence("CC0-1.0", publishable=True), provider="S")
    assert (plain.publication, plain.courtesy) == (YES, True)
    full = Licence("x", "y", publishable=True, why="z")
    assert completed_licence(full) == full


def test_the_table_of_providers_is_sound() -> None:
    for known in KNOWN_TERMS:
        assert known.why.endswith(".")
        assert (known.publication is NO) == (known.id == "proprietary")
        assert known.line.format(year="2020", platform="x") == known.line.replace("{year}", "2020").replace(
            "{platform}", "x"
        )
