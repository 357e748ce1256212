"""Articles from files: which are read, what is known of them, what is written about them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from wayside.errors import InputError, OutsideError, TableError, TextError
from wayside.model.agreement import MeasuredCount
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document
from wayside.pipeline.article_files import article_files, read_article_bytes
from wayside.pipeline.articles import CoverageExtras, coverage_files, spared
from wayside.pipeline.progress import Silent
from wayside.pipeline.records import Recorder

ARTICLE = (
    "Busy days at the border station\n\nSatellite images show at least {} freight cars at the Velmar rail station, "
    "the Harrow Institute said in a report on Tuesday. The trains stood on eight tracks.\n"
)


class Counting(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def start(self, what: str, total: int) -> None:
        self.told.append((what, total))

    def advance(self, label: str = "") -> None:
        self.told.append(label)


@pytest.fixture
def press(tmp_path: Path) -> Path:
    folder = tmp_path / "press"
    (folder / "week 2").mkdir(parents=True)
    (folder / "b.txt").write_text(ARTICLE.format(70))
    (folder / "week 2" / "a.txt").write_text(ARTICLE.format(71))
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.txt").write_text(ARTICLE.format(72))
    return folder


def read(files: list[Path], make: Any, **extras: Path) -> tuple[Any, Any]:
    return coverage_files(files, measured=None, clock=make.clock(), progress=Silent(), extras=CoverageExtras(**extras))


def test_a_folder_stands_for_the_articles_in_it(press: Path) -> None:
    found = article_files([press])
    assert [file.name for file in found.files] == ["b.txt", "week 2/a.txt"]
    assert [Path(skip.item).name for skip in found.skipped] == ["picture.png"]


def test_a_file_is_read_whatever_its_ending_but_only_once(press: Path) -> None:
    found = article_files([press / "picture.png", press / "b.txt", press])
    assert [file.name for file in found.files] == ["picture.png", "b.txt", "week 2/a.txt"]
    assert [skip.reason for skip in found.skipped] == ["named twice", "named twice"]


@pytest.mark.parametrize("names", [[], ["-"], ["."]])
def test_nothing_to_read(tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(InputError):
        article_files([tmp_path if name == "." else Path(name) for name in names])


def test_a_pipe_is_not_opened(tmp_path: Path, press: Path, make: Any) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(TextError, match="pipe"):
        read_article_bytes(article_files([pipe]).files[0])
    record, _ = read([pipe, press / "b.txt"], make)
    assert [failure.item for failure in record.failed] == [str(pipe)]


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, press: Path, make: Any) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    record, result = read([large, press / "b.txt"], make)
    assert "200,000,000 bytes" in record.failed[0].what
    assert [document.id for document in result.documents] == ["b"]


def test_identical_files_are_read_once(tmp_path: Path, press: Path, make: Any) -> None:
    again = tmp_path / "copy.txt"
    again.write_bytes((press / "b.txt").read_bytes())
    record, result = read([press / "b.txt", again], make)
    assert len(result.documents) == 1
    assert [(skip.item, skip.reason) for skip in record.skipped] == [(str(again), f"the same as {press / 'b.txt'}")]
    assert record.exit_code == 0


def test_every_file_is_told_to_progress(press: Path, make: Any) -> None:
    progress = Counting()
    coverage_files([press], measured=MeasuredCount(70, (1.0,)), clock=make.clock(), progress=progress)
    assert progress.told == [("Reading articles", 2), "b.txt", "week 2/a.txt"]


def test_a_link_that_leads_nowhere_and_a_loop_of_links_end_nothing(tmp_path: Path, press: Path, make: Any) -> None:
    (press / "gone.txt").symlink_to(tmp_path / "nothing")
    (press / "loop").symlink_to(press, target_is_directory=True)
    (press / "round.txt").symlink_to(press / "round.txt")
    record, result = read([press], make)
    assert len(result.documents) == 2
    assert sorted(Path(failure.item).name for failure in record.failed) == ["gone.txt", "round.txt"]


def test_a_document_that_the_work_fails_on_is_left_out(make: Any) -> None:
    def work(some: Sequence[Document]) -> CoverageResult:
        if any("trap" in document.text for document in some):
            raise ZeroDivisionError("a\nfault")
        return CoverageResult(tuple(some), ())

    def document(name: str, text: str = "text") -> Document:
        return Document(name, f"{name}.txt", text, ())

    recorder = Recorder("coverage", make.clock())
    found = spared([document("a"), document("b", "a trap"), document("c")], work, recorder)
    assert [one.id for one in found.documents] == ["a", "c"]
    assert [str(failure) for failure in recorder.failed] == [
        "b.txt: no claims could be looked for (ZeroDivisionError: a fault)"
    ]
    with pytest.raises(ZeroDivisionError):
        spared([document("b", "a trap")], work, recorder)


# ---------------------------------------------------------------------- what is known of the files
def test_what_the_analyst_knows_of_a_file(tmp_path: Path, press: Path, make: Any) -> None:
    table = tmp_path / "known.csv"
    table.write_text(
        "\ufeffFile;published;outlet;url;title;author\n"
        "b.txt;2024-03-06;Velmar Courier;https://example.org/b;Trains;Ann Lee\n"
        "week 2/a.txt;;;;;\n"
    )
    _, result = read([press], make, documents=table)
    known, other = result.documents
    assert (known.published, known.outlet, known.url, known.title, known.author) == (
        date(2024, 3, 6), "Velmar Courier", "https://example.org/b", "Trains", "Ann Lee",
    )  # fmt: skip
    assert (other.published, other.author) == (None, None)
    assert next(claim.time.start for claim in result.claims if claim.time) == date(2024, 3, 5)


def test_a_file_may_be_named_by_its_name_alone(tmp_path: Path, press: Path, make: Any) -> None:
    table = tmp_path / "known.csv"
    table.write_text("file,outlet\na.txt,Courier\n")
    _, result = read([press], make, documents=table)
    assert [document.outlet for document in result.documents][1] == "Courier"
    (press / "a.txt").write_text(ARTICLE.format(80))
    with pytest.raises(TableError, match=r"2 articles are called 'a\.txt'"):
        read([press], make, documents=table)


KNOWN = [
    ("", "the table is empty"),
    ("file\n", "a header and no rows"),
    ("name,outlet\nb.txt,x\n", "no column file"),
    ("file,file\nb.txt,b.txt\n", "file stands twice"),
    ("file,editor\nb.txt,x\n", "no such column: editor"),
    ("file,outlet\nz.txt,x\n", "line 2: no article is called 'z.txt'"),
    ("file,published\nb.txt,6.3.2024\n", "line 2: published '6.3.2024' is not a date"),
    ("file,published\nb.txt,20240306\n", "is not a date"),
    ("file,published\nb.txt,2024-02-30\n", "is not a date"),
    ("file,published\nb.txt,0024-02-03\n", "too long ago"),
    ("file,url\nb.txt,javascript:alert(1)\n", "is no address"),
    ("file,url\nb.txt,http://[\n", "is no address"),
    ("file,outlet\nb.txt,x\nb.txt,y\n", "line 3: 'b.txt' stands in line 2 too"),
    ("file,outlet\n,x\n", "line 2: no file"),
    ("file,outlet\nb.txt,x,y\n", "line 2: 3 cells where the header has 2"),
    ('file,outlet\nb.txt,"x\n', "not a table"),
    ("file,outlet\nb.txt," + "x" * 3000 + "\n", "more than 2000 characters"),
    ("file\0,outlet\n", "not text"),
]


@pytest.mark.parametrize(("text", "what"), KNOWN)
def test_a_table_of_documents_that_cannot_be_used(tmp_path: Path, press: Path, make: Any, text: str, what: str) -> None:
    table = tmp_path / "known.csv"
    table.write_text(text)
    with pytest.raises(TableError, match=r"known\.csv") as refused:
        read([press], make, documents=table)
    assert what in str(refused.value)


def test_all_that_is_wrong_in_a_table_is_said_at_once(tmp_path: Path, press: Path, make: Any) -> None:
    table = tmp_path / "known.csv"
    table.write_text("file,published\nz.txt,\nb.txt,soon\ny.txt,2024-01-01\n")
    with pytest.raises(TableError) as refused:
        read([press], make, documents=table)
    assert all(f"line {line}:" in str(refused.value) for line in (2, 3, 4))


# ---------------------------------------------------------------------- ratings
def test_ratings_are_read_and_put_to_what_they_rate(tmp_path: Path, press: Path, make: Any) -> None:
    table = tmp_path / "ratings.csv"
    table.write_text(
        "subject,reliability,credibility,by,on,note\n"
        'Harrow Institute,b,2,A. Analyst,2024-03-07,"named, with pictures"\n'
        "b,,6,A. Analyst,2024-03-07,\n"
    )
    _, result = read([press], make, ratings=table)
    assert {(one.reliability, one.credibility, one.by) for one in result.ratings} == {
        (None, "6", "A. Analyst"),
        ("B", "2", "A. Analyst"),
    }


RATINGS = [
    ("subject,reliability\nb,A\n", "no column by, on"),
    ("subject,reliability,by,on\nb,Z,A,2024-03-07\n", "line 2: no such reliability: 'Z' (A to F)"),
    ("subject,credibility,by,on\nb,7,A,2024-03-07\n", "line 2: no such credibility: '7' (1 to 6)"),
    ("subject,credibility,by,on\nb,2,,2024-03-07\n", "line 2: no by"),
    ("subject,credibility,by,on\nb,2,A,\n", "line 2: no on"),
    ("subject,credibility,by,on\nb,2,A,07/03/2024\n", "is not a date"),
    ("subject,credibility,by,on\nb,,A,2024-03-07\n", "neither reliability nor credibility"),
    ("subject,credibility,by,on\nNobody,2,A,2024-03-07\n", "no source, document or claim is called 'Nobody'"),
]


@pytest.mark.parametrize(("text", "what"), RATINGS)
def test_a_table_of_ratings_that_cannot_be_used(tmp_path: Path, press: Path, make: Any, text: str, what: str) -> None:
    table = tmp_path / "ratings.csv"
    table.write_text(text)
    page = tmp_path / "page.html"
    with pytest.raises(TableError, match=r"ratings\.csv") as refused:
        read([press], make, ratings=table, html=page)
    assert what in str(refused.value)
    assert not page.exists()


# ---------------------------------------------------------------------- files that are written
def test_a_page_appears_whole(tmp_path: Path, press: Path, make: Any) -> None:
    page = tmp_path / "new" / "page.html"
    record, _ = read([press], make, html=page)
    assert record.files == {"page": str(page)}
    assert page.read_text().lower().startswith("<!doctype html>")
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]


def test_nothing_is_written_over_what_is_read(tmp_path: Path, press: Path, make: Any) -> None:
    table = tmp_path / "known.csv"
    table.write_text("file,outlet\nb.txt,x\n")
    before = (press / "b.txt").read_bytes()
    for extras in ({"html": press / "b.txt"}, {"events": press / "b.txt"}, {"documents": table, "events": table}):
        with pytest.raises(InputError, match="would write over"):
            read([press], make, **extras)
    with pytest.raises(InputError, match="names a folder"):
        read([press], make, html=press)
    with pytest.raises(InputError, match="one file"):
        read([press], make, html=tmp_path / "x", events=tmp_path / "x")
    assert (press / "b.txt").read_bytes() == before
    with pytest.raises(OutsideError, match="cannot be written"):
        read([press], make, html=press / "b.txt" / "page.html")
