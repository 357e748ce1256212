"""The page in a browser: nothing is wider than the window, every picture has words, the headings make an outline."""

from __future__ import annotations

import html as escaping
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from wayside.report.document import (
    Bullets,
    Document,
    Fact,
    Finding,
    Findings,
    Glance,
    Paragraph,
    Section,
    Tone,
    foreign,
    plain,
)
from wayside.report.formats.html import html_of
from wayside.report.house import HouseStyle

examples: Any = sys.modules["wayside_test_formats_examples"]
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (320, 390, 800, 1280)
MEASURE = """
<pre id="found"></pre><script>
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map((f) => {
    const root = f.contentDocument.documentElement;
    return [f.clientWidth, root.scrollWidth, getComputedStyle(f.contentDocument.body).backgroundColor];
  });
  document.getElementById("found").textContent = JSON.stringify(found);
});
</script>
"""


def measured(page: str, folder: Path, *options: str) -> list[tuple[int, int, str]]:
    """Return for each width of window: it, how wide the page is in it, and the colour of its ground."""
    frames = "".join(
        f'<iframe style="border:0;width:{width}px;height:800px" srcdoc="{escaping.escape(page)}"></iframe>'
        for width in WIDTHS
    )
    path = folder / "frames.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{frames}{MEASURE}", encoding="utf-8")
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=4000",
        f"--user-data-dir={folder / 'profile'}", *options, "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    told = subprocess.run(command, capture_output=True, timeout=120, check=True).stdout.decode()
    found = re.search(r'<pre id="found">(.*?)</pre>', told)
    assert found is not None
    return [(width, extent, ground) for width, extent, ground in json.loads(escaping.unescape(found[1]))]


def documents() -> list[Document]:
    long = "Long" * 80
    finding = Findings((Finding((foreign(long),), (foreign(long),)),))
    glance = Glance(long, "76", (plain(long),), (Fact(long, (foreign(long),), plain(long)),))
    hostile = replace(
        examples.small(), title=long, kicker=long, made=long, dek=(foreign(long),),
        notices=(Paragraph((foreign(long),), Tone.WARNING),), summary=Section("summary", "", (finding, glance)),
        sections=(Section("one", long, (Paragraph((foreign(long),)), Bullets((plain(long),))), short=long),),
        footer=plain(long),
    )  # fmt: skip
    return [examples.rich(), hostile]


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("number", range(2))
def test_no_window_scrolls_sideways(number: int, tmp_path: Path) -> None:
    found = measured(html_of(documents()[number], HouseStyle()), tmp_path)
    assert [width for width, _, _ in found] == list(WIDTHS)
    assert [(width, extent) for width, extent, _ in found if extent > width] == []


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_a_browser_that_prefers_dark_pages_leaves_the_paper_white(tmp_path: Path) -> None:
    page = html_of(examples.rich(), HouseStyle())
    found = measured(page, tmp_path, "--force-dark-mode", "--enable-features=WebContentsForceDark")
    assert {ground for _, _, ground in found} == {"rgb(255, 255, 255)"}
    assert "color-scheme: only light" in page


def test_headings_make_an_outline_and_pictures_have_words() -> None:
    tree = html.fromstring(html_of(examples.rich(), HouseStyle()))
    levels = [int(one.tag[1]) for one in tree.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    for picture in tree.iter("svg"):
        hidden = picture.get("aria-hidden") == "true"
        assert hidden or picture.get("role") == "img"
        assert hidden or (picture.get("aria-label") or "").strip()
    assert all(image.get("alt") is not None for image in tree.iter("img"))
    assert all(int(one.get("tabindex")) == 0 for one in tree.xpath("//*[@tabindex]"))
