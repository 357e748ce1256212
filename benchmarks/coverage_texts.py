"""What of a page is the article: wayside beside justext, trafilatura, readability-lxml; and how fast formats are read.

    python benchmarks/coverage_texts.py [--peers PYTHON] [--json FILE]

Four sets of pages, each with the article known line by line:

- the five flattened reports (labels beside them), read by one reader;
- flattened pages drawn from our own articles (tests/coverage/texts/layouts.py): layouts that were in view when the
  rules were written, layouts that were held out, and layouts that were written last;
- the same held-out pages as HTML, where navigation, lists and footers have their tags.

The other three want HTML. A flattened page has none, so they are given each line as a paragraph (``<p>``) in a bare
``<body>``: no class, no heading, as little as can be invented. A line counts as kept where its words stand in what
comes back. justext is told the page's language. They run in the interpreter of ``--peers``; one that is not there is
left out.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("WAYSIDE_SHARED", ROOT.parent / "shared"))
PEERS = ("justext", "trafilatura", "readability")
STOP_LISTS = {
    "en": "English",
    "es": "Spanish",
    "de": "German",
    "ru": "Russian",
    "fr": "French",
    "ko": "Korean",
    "zh": None,
}
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Page:
    """A page: lines, and for each whether it is the article (None: not scored)."""

    group: str
    language: str
    lines: tuple[str, ...]
    article: tuple[bool | None, ...]
    markup: str | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def html(self) -> str:
        return self.markup or wrapped(self.lines)


def wrapped(lines: Iterable[str]) -> str:
    """Each line as a paragraph."""
    paragraphs = "\n".join(f"<p>{html.escape(line.strip())}</p>" for line in lines if line.strip())
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>\n{paragraphs}\n</body></html>"


def marked_up(lines: tuple[str, ...], article: tuple[bool | None, ...]) -> str:
    """The same page with the tags that a site gives its parts."""
    first = article.index(True)
    last = len(article) - 1 - article[::-1].index(True)

    def listed(some: Iterable[str], tag: str) -> str:
        items = "".join(f"<li><a href='#'>{html.escape(line)}</a></li>" for line in some if line.strip())
        return f"<{tag}><ul>{items}</ul></{tag}>" if items else ""

    inside = []
    for line, ours in zip(lines[first : last + 1], article[first : last + 1], strict=True):
        if line.strip():
            tag = "h1" if ours and not inside else "p" if ours else "div"
            inside.append(f"<{tag}>{html.escape(line)}</{tag}>")
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{html.escape(lines[first])}</title></head><body>"
        f"{listed(lines[:first], 'nav')}<main><article>{''.join(inside)}</article></main>"
        f"{listed(lines[last + 1 :], 'footer')}</body></html>"
    )


def report_pages(shared: Path) -> Iterator[Page]:
    """The five reports with the lines that their reader called boilerplate."""
    for number, file in enumerate(sorted((shared / "reports").glob("*.txt"))):
        labels = json.loads((shared / "coverage" / "labels" / f"S{number}.json").read_text(encoding="utf-8"))
        cut = {line for first, last in labels["boilerplate_lines_1based"] for line in range(first, last + 1)}
        lines = tuple(file.read_text(encoding="utf-8").split("\n"))
        yield Page(
            "five reports",
            "en",
            lines,
            tuple(n not in cut if line.strip() else None for n, line in enumerate(lines, 1)),
        )


def drawn_pages() -> Iterator[Page]:
    """The drawn pages."""
    sys.path.insert(0, str(ROOT))
    from tests.coverage.texts.layouts import drawn, last  # noqa: PLC0415 - they lie with the tests that use them too

    groups = {
        "drawn, in view": drawn(held_out=False),
        "drawn, held out": drawn(held_out=True),
        "drawn, written last": last(),
    }
    for group, pages in groups.items():
        for page in pages:
            lines, article = tuple(line for line, _ in page.rows), tuple(ours for _, ours in page.rows)
            yield Page(group, page.language, lines, article)
            if group == "drawn, held out":
                yield Page(f"{group}, as HTML", page.language, lines, article, marked_up(lines, article))


def squeezed(text: str) -> str:
    return _LETTERS.sub("", text).lower()


def kept_lines(page: Page, text: str) -> list[bool]:
    """Tell which lines of a page stand in a text, in order where they stand more than once."""
    whole = squeezed(text)
    return [bool(squeezed(line)) and squeezed(line) in whole for line in page.lines]


# ---------------------------------------------------------------------------------------- the four


def by_wayside(page: Page) -> list[bool]:
    from wayside.coverage.texts.reading import read_document  # noqa: PLC0415 - the peers' interpreter has no wayside
    from wayside.errors import TextError  # noqa: PLC0415

    source = page.markup or page.text
    try:
        document = read_document(source.encode(), "page")
    except TextError:
        return [False] * len(page.lines)
    if page.markup:
        return kept_lines(page, "\n".join(document.text[span.start : span.end] for span in document.body))
    found, start = [], 0
    for line in page.lines:
        at = start + len(line) - len(line.lstrip())
        found.append(any(span.start <= at < span.end for span in document.body))
        start += len(line) + 1
    return found


def by_justext(page: Page) -> list[bool]:
    import justext  # noqa: PLC0415 - only where it is installed

    name = STOP_LISTS[page.language]
    words = justext.get_stoplist(name) if name else frozenset()
    options: dict[str, Any] = {} if name else {"stopwords_low": 0, "stopwords_high": 0}
    paragraphs = justext.justext(page.html.encode(), words, encoding="utf-8", **options)
    return kept_lines(page, "\n".join(one.text for one in paragraphs if not one.is_boilerplate))


def by_trafilatura(page: Page) -> list[bool]:
    import trafilatura  # noqa: PLC0415 - only where it is installed

    return kept_lines(page, trafilatura.extract(page.html, include_comments=False, favor_recall=True) or "")


def by_readability(page: Page) -> list[bool]:
    from lxml import html as parser  # noqa: PLC0415 - only where it is installed
    from readability import Document  # noqa: PLC0415

    document = Document(page.html)
    shown = parser.fromstring(document.summary()).text_content()
    return kept_lines(page, f"{document.short_title() if page.markup else ''}\n{shown}")


METHODS: dict[str, Callable[[Page], list[bool]]] = {
    "wayside": by_wayside,
    "justext": by_justext,
    "trafilatura": by_trafilatura,
    "readability": by_readability,
}


def run_peer(name: str) -> None:
    """Answer for the pages on standard input; the other half of ``ask_peer``."""
    pages = [
        Page(**{**row, "lines": tuple(row["lines"]), "article": tuple(row["article"])}) for row in json.load(sys.stdin)
    ]
    started = time.process_time()
    answers = [METHODS[name](page) for page in pages]
    json.dump({"answers": answers, "seconds": time.process_time() - started}, sys.stdout)


def ask_peer(name: str, python: Path, pages: list[Page]) -> tuple[list[list[bool]], float] | None:
    """Run a peer in its interpreter; None where it is not there."""
    rows = json.dumps([vars(page) for page in pages])
    command = [str(python), __file__, "--peer", name]
    done = subprocess.run(command, input=rows, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{name} is left out: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    found = json.loads(done.stdout)
    return found["answers"], found["seconds"]


def scored(pages: list[Page], answers: list[list[bool]]) -> dict[str, dict[str, int]]:
    """Count lines by group."""
    found: dict[str, dict[str, int]] = {}
    for page, answer in zip(pages, answers, strict=True):
        row = found.setdefault(page.group, {"body_kept": 0, "body": 0, "boilerplate_cut": 0, "boilerplate": 0})
        for line, ours, kept in zip(page.lines, page.article, answer, strict=True):
            if line.strip() and ours is not None:
                row["body" if ours else "boilerplate"] += 1
                row["body_kept" if ours else "boilerplate_cut"] += kept if ours else not kept
    return found


# ---------------------------------------------------------------------------------------- speed


def article_files() -> dict[str, bytes]:
    """One article of about 5 kB in every format."""
    sys.path.insert(0, str(ROOT))
    from tests.coverage.texts.articles import ENGLISH  # noqa: PLC0415
    from tests.coverage.texts.made import html_response, mail, page, pdf, warc  # noqa: PLC0415

    body = [line for article in ENGLISH for line in article.paragraphs if not line.startswith("-")]
    text = "\n\n".join(body)[:5000]
    lines = text.split("\n\n")
    flat = "\n".join(["Home > World", "Ships and Tents", "7 mins ago", *lines, "Recent Posts", *(["- Ten cakes"] * 40)])
    whole = page("Ships and Tents", lines)
    return {
        "plain text": text.encode(),
        "flattened page": flat.encode(),
        "plain text, windows-1252": text.encode("cp1252", "replace"),
        "HTML": whole.encode(),
        "HTML with 100 kB around it": whole.replace(
            "<nav>", "<nav>" + "<li><a href='/x'>World news</a></li>" * 2600
        ).encode(),
        "PDF": pdf(lines),
        "e-mail": mail(text),
        "WARC of 50 pages (a page)": warc(
            [html_response(f"https://n.example/{n}", page(f"Ships {n}", lines)) for n in range(50)]
        ),
    }


def speeds(seconds: float = 1.5) -> dict[str, dict[str, float]]:
    """Read each format again and again; the first reading, which loads the libraries, is not counted."""
    from wayside.coverage.texts.reading import read_documents  # noqa: PLC0415

    found = {}
    for name, data in article_files().items():
        read_documents(data, "x")
        started, times = time.process_time(), 0
        while time.process_time() - started < seconds:
            times += len(read_documents(data, "x").documents)
        each = (time.process_time() - started) / times
        found[name] = {"ms": round(1000 * each, 2), "articles_per_s": round(1 / each)}
    return found


def table(scores: dict[str, dict[str, dict[str, int]]]) -> str:
    groups = list(next(iter(scores.values())))
    rows = [
        "| pages | " + " | ".join(f"{name}: body kept, boilerplate cut" for name in scores) + " |",
        "|---" * (len(scores) + 1) + "|",
    ]
    for group in groups:
        counts = [one[group] for one in scores.values()]
        cells = [f"{n['body_kept']}/{n['body']}, {n['boilerplate_cut']}/{n['boilerplate']}" for n in counts]
        rows.append(f"| {group} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder that holds reports/ and coverage/labels/")
    parser.add_argument("--peers", type=Path, default=ROOT / ".venv-coverage" / "bin" / "python", help="their Python")
    parser.add_argument("--json", type=Path, help="write everything there too")
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        run_peer(arguments.peer)
        return
    pages = [*(report_pages(arguments.shared) if arguments.shared.is_dir() else ()), *drawn_pages()]
    METHODS["wayside"](pages[-1])  # loads what is loaded once
    started = time.process_time()
    answers = [by_wayside(page) for page in pages]
    seconds = {"wayside": time.process_time() - started}
    scores = {"wayside": scored(pages, answers)}
    python = arguments.peers if arguments.peers.exists() else Path(sys.executable)
    for name in PEERS:
        found = ask_peer(name, python, pages)
        if found is not None:
            scores[name], seconds[name] = scored(pages, found[0]), found[1]
    speed = speeds()
    print(table(scores))
    print(
        f"\nseconds for all {len(pages)} pages: " + ", ".join(f"{name} {value:.2f}" for name, value in seconds.items())
    )
    print("\n| format, 5 kB of article | ms | articles a second |\n|---|---|---|")
    print("\n".join(f"| {name} | {row['ms']} | {row['articles_per_s']} |" for name, row in speed.items()))
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "pages": len(pages),
        "scores": scores,
        "seconds": seconds,
        "speed": speed,
    }
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    else:
        print("\n" + json.dumps(result))


if __name__ == "__main__":
    main()
