"""A report shows an image only where its licence, or the workspace's owner, allows it; looked for in the whole file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest
import rasterio

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.assessment.to_json import to_json
from wayside.model.scenes import Licence, Publication, Scene
from wayside.report.formats.html import render_html
from wayside.wiring.report_pictures import ArchivePictures

OPEN = Licence("CC0-1.0", "NASA asks to be named", publishable=True, courtesy=True)
CREDITED = Licence("CC-BY-4.0", "Somebody Aerial, 2023", publishable=True, why="CC-BY-4.0 asks for its attribution.")
CLOSED = Licence(
    "CC-BY-NC-4.0", "Vantor, WorldView-3, 2023", why="CC-BY-NC-4.0 allows no commercial use, and this may be one."
)
LICENCES = {Publication.YES: OPEN, Publication.WITH_ATTRIBUTION: CREDITED, Publication.NO: CLOSED}
SHOWS = {"img", "image", "picture", "canvas", "video", "object", "embed", "iframe", "script", "feimage", "use", "link"}


class Payloads(HTMLParser):
    """Everything in a page that could be or fetch a picture, and the page's words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.text: list[str] = []
        self.under: list[str] = []
        self._inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SHOWS:
            self.found.append(f"<{tag}>")
        policy = tag == "meta"
        for name, value in attrs:
            if (
                value
                and not policy
                and re.search(r"data:|base64|url\s*\(|https?://(?!www\.w3\.org)|blob:", value, re.IGNORECASE)
            ):
                self.found.append(f"{tag} {name}={value[:40]}")
        if tag == "span" and dict(attrs).get("class") == "credit":
            self.under.append("")
            self._inside.append(tag)
        elif self._inside:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if re.search(r"base64,|[A-Za-z0-9+/]{400}", data):
            self.found.append(f"text {data[:40]}")
        self.text.append(data)
        if self._inside:
            self.under[-1] += data


class OneImage(NamedTuple):
    """An archive in which all scenes have the same image."""

    image: Path

    def path(self, scene: Scene) -> Path:
        return self.image

    def mask(self, scene: Scene) -> Path | None:
        return None

    def overview(self, scene: Scene) -> Path | None:
        return None

    def scenes(self) -> tuple[Scene, ...]:
        return ()


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("images") / "yard.png"
    pixels = np.random.default_rng(3).integers(30, 220, (3, 260, 1000), dtype=np.uint8)
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(path, "w", driver="PNG", width=1000, height=260, count=3, dtype="uint8") as file,
    ):
        file.write(pixels)
    return path


Written = Callable[..., str]


@pytest.fixture
def written(case: ModuleType, image: Path) -> Written:
    """Write the report of a site whose newest scene has one licence and whose others have another."""

    def write(newest: Licence, others: Licence, *, owner_holds_rights: bool = False) -> str:
        found = assessed(case, newest, others)
        archive = ArchivePictures(OneImage(image), owner_holds_rights=owner_holds_rights)  # type: ignore[arg-type]
        return render_html(found, archive.of(found), owner_holds_rights=owner_holds_rights)

    return write


def assessed(case: ModuleType, newest: Licence, others: Licence) -> Assessment:
    rows = case.rows(drawn=False)
    chosen = [others] * (len(rows) - 1) + [newest]
    rows = tuple(replace(r, scene=replace(r.scene, licence=c)) for r, c in zip(rows, chosen, strict=True))
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED)


YES, CREDIT, NO = Publication.YES, Publication.WITH_ATTRIBUTION, Publication.NO


@pytest.mark.parametrize(("newest", "others"), [(YES, CREDIT), (CREDIT, NO), (NO, YES), (NO, NO)])
def test_a_picture_stands_in_the_report_only_where_it_may(
    written: Written, newest: Publication, others: Publication
) -> None:
    page = Payloads(written(LICENCES[newest], LICENCES[others]))
    text = " ".join(" ".join(page.text).split())
    closed = [newest, others].count(Publication.NO)
    scenes_shown = [kind for kind in page.found if kind == "<image>"]
    if closed == 2:
        assert page.found == []
    assert text.count("Image not shown: its licence (CC-BY-NC-4.0)") == closed
    if newest is Publication.NO:
        # Strips are of the newest scene: with it withheld, the busiest scene's picture is all that may be there.
        assert len(scenes_shown) == (others is not Publication.NO)
        assert "does not allow its pixels to be shown" in text
    else:
        assert len(scenes_shown) > 1
    assert text.count("Plan of the tracks") == closed


@pytest.mark.parametrize("kind", Publication)
def test_whose_the_picture_is_stands_under_every_picture(written: Written, kind: Publication) -> None:
    licence = LICENCES[kind]
    page = Payloads(written(licence, licence))
    assert len(page.under) == 3  # two scenes and the strips
    for line in page.under:
        assert licence.attribution in line
        assert licence.id in line
        assert line.strip().startswith("Scene" if kind is Publication.NO else "Image")
        assert ("not for publication" in line) is (kind is Publication.NO)


def test_a_withheld_picture_leaves_a_plan_with_counts_and_the_reason(written: Written, case: ModuleType) -> None:
    html = written(CLOSED, CLOSED)
    text = " ".join(Payloads(html).text)
    assert CLOSED.why in " ".join(text.split())
    newest = assessed(case, CLOSED, CLOSED).newest
    counts = " · ".join(f"{t.track_id}: {t.count.median}" for t in newest.result.tracks)
    assert f"Rail vehicles by track: {counts}" in text


def test_the_owner_of_the_rights_may_show_it_and_that_it_is_not_for_others_is_said(written: Written) -> None:
    page = Payloads(written(CLOSED, CLOSED, owner_holds_rights=True))
    assert page.found.count("<image>") > 2
    assert all("not for publication" in line and CLOSED.attribution in line for line in page.under)
    assert "Image not shown" not in " ".join(page.text)


def test_the_assessment_says_the_three_words(case: ModuleType) -> None:
    for kind, licence in LICENCES.items():
        document = to_json(assessed(case, licence, licence))
        assert {scene["licence"]["publishable"] for scene in document["scenes"]} == {str(kind)}
        assert document["scenes"][0]["licence"]["why"] == licence.why


def test_the_search_for_payloads_finds_each_kind() -> None:
    for payload in (
        '<img src="a.png">', '<svg><image href="data:image/png;base64,AAAA"/></svg>', "<canvas></canvas>",
        '<div style="background: url(data:image/png;base64,AA)"></div>', "<style>a{b:url(data:x;base64,AA)}</style>",
        '<a href="https://tiles.example.org/1.png">x</a>', f"<p>{'Qk' * 300}</p>",
    ):  # fmt: skip
        assert Payloads(payload).found, payload
    assert Payloads('<svg xmlns="http://www.w3.org/2000/svg"><polygon points="0,0 1,1"/></svg>').found == []
