"""Documents with every kind of block, for the tests of the formats."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from io import BytesIO

from hypothesis import strategies as st
from PIL import Image

from wayside.report.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Definition,
    Definitions,
    Document,
    Fact,
    Figure,
    Finding,
    Findings,
    Fold,
    Folded,
    Glance,
    Graphic,
    Judged,
    Key,
    Layout,
    Panel,
    Paragraph,
    Row,
    Section,
    Sheet,
    Sheets,
    Span,
    SpanKind,
    Table,
    Tone,
    foreign,
    line,
    plain,
)

__all__ = ["HOSTILE", "MADE", "documents", "raster_svg", "rich", "small"]

MADE = datetime(2024, 3, 5, 6, 7, 8, 123456, tzinfo=UTC)

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "*bold* _em_ `code` [a](javascript:alert(1)) ![i](http://x.example/i.png) | pipe | <b>b</b> &amp; &lt;",
    '#eval("1") #read("/etc/passwd") $x^2$ @label <label> \\ // /* #import "@preview/x:0.1.0"',
    "- list\n1. one\n# head\n> quote\n---\n===",
    "12) twelve",
    "\u202egnp.exe \u2066isolated\u2069 \u200fmark",
    "nul\x00bell\x07esc\x1b[31m",
    "../../etc/passwd ~/x C:\\windows {{ 7*7 }} {% x %} ${x}",
    "www.example.org http://example.org/a_(b)_c user@example.org",
    "\ud800 half a pair \uffff",
    "w" * 300,
    "תחנת הרכבת 12 محطة القطار",
    "조선 두만강역 豆满江站",
    "Станция Туманная, путь № 3",
    "{width=100%} {#id .class} ^[note] [^1] :smile: ~~gone~~ ==mark==",
    "   four blanks before and after    ",
    "</w:t></w:r>]]><!-- --",
)


def raster_svg(width: int, height: int, *, red: int) -> Graphic:
    """A drawing with a pixel image of one colour in the middle, in which text stands too."""
    kept = BytesIO()
    Image.new("RGB", (8, 8), (red, 20, 30)).save(kept, "PNG")
    address = "data:image/png;base64," + base64.b64encode(kept.getvalue()).decode()
    alt = f"Alternative words, red {red}."
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{alt}">'
        f'<rect width="{width}" height="{height}" fill="#eeeeee"/>'
        f'<image href="{address}" x="{width * 0.25}" y="{height * 0.25}" width="{width * 0.5}" height="{height * 0.5}" '
        'preserveAspectRatio="none"/>'
        '<text x="4" y="12" font-size="11" font-family="sans-serif" fill="#1c2530">Track 3</text></svg>'
    )
    return Graphic(svg, float(width), float(height), alt)


def _scenes(count: int) -> Table:
    columns = (Column(plain("Day")), Column(plain("Cars"), numeric=True), Column(plain("Read from"), wide=True))
    rows = [
        Row(
            (Cell(plain(f"day {n:04d}")), Cell(plain(str(3 * n + 1000))), Cell(plain(f"reading {n}"), mark="good")),
            n == 3,
        )
        for n in range(count)
    ]
    rows.insert(2, Row((Cell(plain("A note on the row before.")),)))
    rows.insert(0, Row((Cell(plain("Heading over rows")),), heading=True))
    return Table("scenes", "Table 1.", plain("All scenes."), columns, tuple(rows), cards=True)


def _figures() -> tuple[Block, ...]:
    several = (raster_svg(900, 200, red=201), raster_svg(600, 200, red=202), raster_svg(300, 200, red=203))
    return (
        Figure(
            "figure-1",
            "Figure 1.",
            plain("A pair."),
            (
                Panel(
                    plain("Left"), (raster_svg(400, 300, red=101),), (plain("under left"),), credit=plain("Credit left")
                ),
                Panel(plain("Right"), (raster_svg(400, 300, red=102),), (plain("under right"),)),
            ),
            credit=line("Images: ", foreign("Провайдер")),
            side_by_side=True,
            keys=(
                Key("solid one", "#0072b2"),
                Key("open one", "#d55e00", style="open"),
                Key("no colour"),
                Key("hatched one", "#009e73", style="hatched"),
                Key("drawn one", mark=raster_svg(11, 14, red=9)),
            ),
        ),
        Figure("figure-2", "Figure 2.", plain("Alternatives."), (Panel((), several, alternatives=True),)),
        Figure(
            "figure-3",
            "Figure 3.",
            plain("Strips."),
            tuple(
                Panel(plain(f"Strip {n}"), (raster_svg(1200, 90, red=150 + n),), group="Tracks with cars")
                for n in range(3)
            ),
        ),
    )


def _summary() -> Section:
    facts = (Fact("Largest before", plain("19"), plain("on 16 July 2023")), Fact("Longest gap", plain("212 days")))
    return Section(
        "summary",
        "",
        (
            Findings(
                (
                    Finding(plain("About 73 cars stood there."), plain("Confidence is moderate.")),
                    Finding(line("A minister's ", foreign("«визит»"), " came after.")),
                )
            ),
            Paragraph(
                line("Probabilities are computed; see ", Span("the judgements", href="#judgements"), "."), Tone.NOTE
            ),
            Glance("At a glance", "73", (plain("freight cars"), plain("90 % interval 68 to 78")), facts),
        ),
    )


def _judgements() -> Section:
    judged = Judged(
        "judged-count",
        plain("It is very likely that 68 to 78 cars stood there (93 %)."),
        0.93,
        plain("Computed."),
        plain("Confidence: moderate"),
        (plain("No analyst has looked."), plain("One image only.")),
        scale=raster_svg(300, 20, red=77),
        assumes_heading="Assumes",
        assumes=(plain("The tracks are all there are."),),
        change_heading="Would change it",
        change=(plain("A second image."),),
        evidence=plain("Evidence: 1 count."),
    )
    said = Judged(
        "judged-said",
        (Span("Cargo is unknown.", SpanKind.ANALYST),),
        0.5,
        plain("Set by an analyst."),
        plain("Confidence: low"),
        (),
        by_analyst=True,
    )
    return Section(
        "judgements", "Judgements", (judged, said, Bullets((plain("one point"), plain("another point")))), "Judged"
    )


def _sources() -> Section:
    digest = Span("9f" * 32, SpanKind.CODE)
    items = (
        Definition(plain("Where it comes from"), (plain("From a catalogue."), line("SHA-256 ", digest))),
        Definition(
            plain("Articles"), (foreign_line(),), (Folded("2 more items", (plain("item one"), plain("item two"))),)
        ),
    )
    return Section(
        "sources",
        "Sources",
        (
            Paragraph(plain("What is known of scenes"), Tone.HEADING),
            Definitions(items),
            Definitions(items[:1], Layout.OVER),
            Definitions(items[:1], Layout.ENTRY),
            Sheets("sheets", "Table 2.", plain("Two scenes."), (Sheet("Newest", items), Sheet("Busiest", items[:1]))),
            Fold("Folded part", (Paragraph(plain("Inside the fold.")), Fold("Deeper", (Bullets((plain("deep"),)),)))),
            Paragraph(
                line("Mind: ", Span("unregistered", SpanKind.FLAG), ", ", Span("DRAWN", SpanKind.DRAWN), "."), Tone.LEAD
            ),
        ),
        "Sources",
    )


def foreign_line() -> tuple[Span, ...]:
    """A title in letters that run from right to left, with a link."""
    return line("Title: ", foreign("דו״ח הרכבות 73", "https://example.org/a?b=c&d=e"), " (press)")


def rich(scenes: int = 150) -> Document:
    """A document with every kind of block, Cyrillic and Hebrew letters, a long table, three figures with pixels."""
    sections = (
        Section("pictures", "Pictures", _figures(), "Pictures"),
        _judgements(),
        _sources(),
        Section("annex", "Annex: all scenes", (_scenes(scenes),), "Annex", annex=True),
    )
    return Document(
        language="en",
        title="Станция Kestrel Junction",
        window_title="Kestrel Junction: cars",
        kicker="Rail facility assessment",
        made="wayside · 5 March 2024",
        dek=plain("Freight cars on the watched tracks."),
        summary=_summary(),
        sections=sections,
        footer=plain("Made by wayside. The end."),
        notices=(Paragraph(line(Span("DRAWN", SpanKind.DRAWN), ". Every image was drawn."), Tone.WARNING),),
        words={
            "contents": "Contents",
            "skip": "Skip",
            "show-outlines": "Show outlines",
            "key": "Key",
            "summary": "Summary",
            "graphic": "Graphic",
            "at-a-glance": "At a glance",
            "page": "Page",
        },
        drawn=True,
        generated=MADE,
    )


def small(*blocks: Block, title: str = "A title") -> Document:
    """A document of one section."""
    return Document(
        "en",
        title,
        "window",
        "kicker",
        "made",
        (),
        Section("s", "", ()),
        (Section("t", "Section", blocks),),
        plain("foot"),
        words=rich(1).words,
    )


# ---------------------------------------------------------------------------- documents at random
_TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
_HREF = st.sampled_from(
    ("", "", "https://example.org/a b<c>(d)|e`f", "http://x", "#t", "#nowhere", "https://exa mple\"'>")
)
_LINE = st.lists(st.builds(Span, _TEXT, st.sampled_from(SpanKind), _HREF), max_size=3).map(tuple)
_LINES = st.lists(_LINE, max_size=2).map(tuple)
_FOLDED = st.lists(st.builds(Folded, _TEXT, _LINES), max_size=1).map(tuple)
_CELL = st.builds(Cell, _LINE, st.none(), st.sampled_from(("", "good", "strange")), _LINES, _FOLDED)
_DEFINITIONS = st.lists(st.builds(Definition, _LINE, _LINES, _FOLDED), min_size=1, max_size=2).map(tuple)


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    count = draw(st.integers(1, 3))
    columns = tuple(Column(draw(_LINE), draw(st.booleans()), draw(st.booleans())) for _ in range(count))
    full = st.tuples(*[_CELL] * count)
    rows = draw(st.lists(st.builds(Row, st.one_of(full, st.tuples(_CELL)), st.booleans(), st.booleans()), max_size=3))
    return Table(
        draw(st.sampled_from(("a", "b", "../c"))), draw(_TEXT), draw(_LINE), columns, tuple(rows), draw(st.booleans())
    )


@st.composite
def _figures_at_random(draw: st.DrawFn) -> Figure:
    alt = draw(_TEXT)
    picture = Graphic(raster_svg(60, 40, red=5).svg, 60.0, 40.0, alt)
    panel = Panel(draw(_LINE), (picture,), draw(_LINES), credit=draw(_LINE), group=draw(_TEXT))
    return Figure("../../f", draw(_TEXT), draw(_LINE), (panel,), keys=(Key(draw(_TEXT), "red;}</style>"),))


_LEAVES = st.one_of(
    st.builds(Paragraph, _LINE, st.sampled_from(Tone)),
    st.builds(Bullets, _LINES),
    st.builds(Findings, st.lists(st.builds(Finding, _LINE, _LINE), max_size=2).map(tuple)),
    st.builds(Glance, _TEXT, _TEXT, _LINES, st.lists(st.builds(Fact, _TEXT, _LINE, _LINE), max_size=2).map(tuple)),
    st.builds(Definitions, _DEFINITIONS, st.sampled_from(Layout)),
    st.builds(lambda text, line, items: Sheets("sh", text, line, (Sheet(text, items),)), _TEXT, _LINE, _DEFINITIONS),
    st.builds(
        Judged,
        st.just("j"),
        _LINE,
        st.floats(0, 1),
        _LINE,
        _LINE,
        _LINES,
        assumes_heading=_TEXT,
        assumes=_LINES,
        change_heading=_TEXT,
        change=_LINES,
        evidence=_LINE,
    ),
    _tables(),
    _figures_at_random(),
)
_BLOCKS = st.lists(
    st.one_of(_LEAVES, st.builds(Fold, _TEXT, st.lists(_LEAVES, max_size=2).map(tuple))), max_size=4
).map(tuple)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Documents whose every text may be hostile."""
    return Document(
        "en",
        draw(_TEXT),
        draw(_TEXT),
        draw(_TEXT),
        draw(_TEXT),
        draw(_LINE),
        Section("s", "", draw(_BLOCKS)),
        (
            Section("t", draw(_TEXT), draw(_BLOCKS), draw(_TEXT)),
            Section("../u", draw(_TEXT), draw(_BLOCKS), annex=True),
        ),
        draw(_LINE),
        (Paragraph(draw(_LINE), Tone.WARNING),),
        words=rich(1).words,
        generated=MADE,
    )
