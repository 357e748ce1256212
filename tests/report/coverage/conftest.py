"""Results built by hand: a story of twelve documents in six languages, a second story, and large ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from wayside.model.agreement import AgainstMeasured, Agreement, Contradiction, MeasuredCount, Rating
from wayside.model.claims import Claim, DatedEvent, Footing, Join, Quantity, TimeSpan
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Cut, Document, Passage, Span
from wayside.model.stories import Change, Evidence, Kinship, Organisation, Origin, Story

INSTITUTE = "Fjord Institute"
AGENCY = "Meridian Press"

# id, outlet, day of October 2031, language, headline, sentence, the words of its claim, quantity, through whom
ARTICLES = (
    (
        "fi",
        INSTITUTE,
        6,
        "en",
        "Tank cars gather at Dorvik terminal",
        "An image of 4 October shows at least 58 tank cars on the six sidings of Dorvik terminal.",
        "at least 58 tank cars",
        Quantity(58, None, "at least", figure=58),
        (),
    ),
    (
        "mp",
        AGENCY,
        6,
        "en",
        "Institute: dozens of tank cars seen at Dorvik",
        "Some 60 tank cars stand at Dorvik, the Fjord Institute said on Monday.",
        "Some 60 tank cars",
        Quantity(60, 60, "approximately", figure=60),
        (),
    ),
    (
        "harbour",
        "Harbour Gazette",
        7,
        "en",
        "Sixty tank cars at the border",
        "The institute counted 60 tank cars at Dorvik, Meridian Press reported.",
        "60 tank cars",
        Quantity(60, 60, "exact", figure=60),
        (AGENCY,),
    ),
    (
        "abend",
        "Abendblick",
        7,
        "de",
        "Sechzig Kesselwagen an der Grenze",
        "Rund 60 Kesselwagen stehen nach Angaben des Instituts in Dorvik.",
        "Rund 60 Kesselwagen",
        Quantity(60, 60, "approximately", figure=60),
        (AGENCY,),
    ),
    (
        "seoul",
        "한빛일보",
        7,
        "ko",
        "도르비크 역에 유조화차 60량 집결",
        "피오르 연구소는 도르비크 역에 유조화차 약 60량이 서 있다고 밝혔다.",
        "유조화차 약 60량",
        Quantity(60, 60, "approximately", figure=60),
        (AGENCY,),
    ),
    (
        "nahar",
        "النهار الشمالي",
        8,
        "ar",
        "ستون عربة صهريج في دورفيك",
        "قال المعهد إن نحو 60 عربة صهريج تقف في دورفيك.",
        "نحو 60 عربة صهريج",
        Quantity(60, 60, "approximately", figure=60),
        (AGENCY,),
    ),
    (
        "sever",
        "Северный вестник",
        8,
        "ru",
        "Шестьдесят цистерн на станции Дорвик",
        "На станции Дорвик стоят около 60 цистерн, сообщает институт.",
        "около 60 цистерн",
        Quantity(60, 60, "approximately", figure=60),
        (),
    ),
    (
        "minami",
        "みなみ新報",
        9,
        "ja",
        "ドルビク駅にタンク車約60両",
        "研究所によると、ドルビク駅にはタンク車約60両が止まっている。",
        "タンク車約60両",
        Quantity(60, 60, "approximately", figure=60),
        (),
    ),
    (
        "daily",
        "Daily Compass",
        9,
        "en",
        "More than 60 tank cars massing",
        "More than 60 tank cars are massing at Dorvik, experts say.",
        "More than 60 tank cars",
        Quantity(61, None, "more than", figure=60),
        (),
    ),
    (
        "blog",
        None,
        10,
        "en",
        "What is in the tank cars?",
        "Up to 85 tank cars were confirmed at Dorvik.",
        "Up to 85 tank cars",
        Quantity(0, 85, "up to", figure=85),
        (),
    ),
    (
        "coast",
        "Coast Radio",
        8,
        "en",
        "Our reporter at Dorvik",
        "Our reporter counted 54 to 57 tank cars from the bridge at Dorvik.",
        "54 to 57 tank cars",
        Quantity(54, 57, "between"),
        (),
    ),
    (
        "plain",
        None,
        None,
        None,
        None,
        "About 60 tank cars at Dorvik.",
        "About 60 tank cars",
        Quantity(60, 60, "approximately", figure=60),
        (),
    ),
)


def span_of(text: str, words: str) -> Span:
    at = text.index(words)
    return Span(at, at + len(words))


def document(row: tuple) -> Document:
    name, outlet, day, language, title, sentence, *_ = row
    body = f"The line was quiet for years. {sentence} Nothing was said of the load."
    text = f"MENU HOME NEWS\n\n{title or ''}\n\n{body}\n\nMost read: ten fish soups"
    first = text.index("The line")
    last = text.index("\n\nMost read")
    return Document(
        id=name,
        file=f"{name}.txt",
        text=text,
        body=(Span(first, last),),
        cuts=(Cut(Span(0, 14), "furniture"), Cut(Span(last + 2, len(text)), "teaser")),
        title=title,
        language=language,
        published=date(2031, 10, day) if day else None,
        outlet=outlet,
        author="A. Writer" if outlet else None,
        updated=date(2031, 10, 9) if name == "harbour" else None,
        url=f"https://{name}.example/news/dorvik" if outlet else None,
        support="full" if language == "en" else "partial",
        notes=("No headline was found.",) if title is None else (),
    )


def claim(number: int, row: tuple, text: str) -> Claim:
    name, outlet, _, _, _, _, words, quantity, via = row
    own = name == "coast"
    nobody = name in {"blog", "plain"}
    source = None if nobody else ("coast-radio" if own else "fjord-institute")
    return Claim(
        id=f"c{number}",
        document=name,
        span=span_of(text, words),
        quote=words,
        quantity=quantity,
        counted="tank car",
        kind="count",
        place="Dorvik",
        time=TimeSpan("4 October", date(2031, 10, 4), date(2031, 10, 4)) if name == "fi" else None,
        asserted_by=None if nobody else (outlet if own else INSTITUTE),
        via=via,
        source=source,
        voice="unattributed" if nobody else ("outlet" if name in {"coast", "fi"} else "named"),
        hedges=("at least",) if name == "fi" else (),
        flags=("source not named",) if nobody else (),
        thing="railcar",
        certainty="estimated" if name == "daily" else "asserted",
    )


def origin(name: str, derives_from: str, p: float, kind: str, *evidence: str) -> Origin:
    return Origin(name, derives_from, p, evidence or ("it names the source",), (), kind)


ORIGINS = (
    origin("mp", "document:fi", 0.97, "rewritten", "credits the Fjord Institute", "shares the day of the image"),
    origin("harbour", "outlet:Meridian Press", 0.95, "credited", "“Meridian Press reported”"),
    origin("harbour", "document:mp", 0.92, "near-identical", "three sentences are the same"),
    origin("abend", "document:mp", 0.84, "rewritten", "the same figure, approximation and order"),
    origin("seoul", "document:mp", 0.78, "rewritten", "the same figure and day"),
    origin("nahar", "outlet:Meridian Press", 0.9, "credited", "credits Meridian Press"),
    origin("sever", "document:fi", 0.6, "inferred", "names the institute and no agency"),
    origin("minami", "report:fjord-institute", 0.85, "credited", "names the institute"),
    origin("daily", "document:harbour", 0.66, "rewritten", "the same error in the name of the station"),
    origin("blog", "document:daily", 0.35, "inferred", "the word “massing”"),
)


def story_of_twelve() -> CoverageResult:
    """One story of twelve documents in six languages, with all that a result may hold, and a second story of two."""
    documents = [document(row) for row in ARTICLES]
    claims = [claim(k, row, documents[k - 1].text) for k, row in enumerate(ARTICLES, 1)]
    text = (
        "Ships at Velm. Two ferries left Velm on Friday. No permit was issued, the port said. "
        "30,000 tonnes a day pass; 11 million a year."
    )
    others = [
        Document(
            id=name,
            file=f"{name}.html",
            text=text,
            body=(Span(0, len(text)),),
            title=f"Ferries leave Velm ({name})",
            language="en",
            published=date(2031, 11, day),
            outlet=outlet,
        )
        for name, day, outlet in (("velm1", 2, "Velm Courier"), ("velm2", 3, "Harbour Gazette"))
    ]
    more = [
        Claim(
            "c13",
            "velm1",
            span_of(text, "Two ferries"),
            "Two ferries",
            Quantity(2, 2, "exact", figure=2),
            "ferry",
            "count",
            place="Velm",
        ),
        Claim(
            "c14",
            "velm2",
            span_of(text, "Two ferries"),
            "Two ferries",
            Quantity(2, 2, "exact", figure=2),
            "ferry",
            "count",
            place="Velm",
        ),
        Claim(
            "c15",
            "velm1",
            span_of(text, "No permit was issued"),
            "No permit was issued",
            Quantity(None, None, "none stated"),
            None,
            "statement",
            topic="permit-issued",
            negated=True,
            asserted_by="Port of Velm",
            source="port-of-velm",
            voice="named",
        ),
        Claim(
            "c16",
            "velm1",
            span_of(text, "30,000 tonnes a day"),
            "30,000 tonnes a day",
            Quantity(30000, 30000, "exact", "t/day", 30000),
            "tonne",
            "rate",
        ),
        Claim(
            "c17",
            "velm1",
            span_of(text, "11 million a year"),
            "11 million a year",
            Quantity(11e6, 11e6, "exact", "t/year", 11e6),
            "tonne",
            "rate",
            joins=(Join("c16", "same"),),
        ),
    ]
    by_id = {one.id: one for one in (*claims, *more)}

    def passage(name: str) -> Passage:
        return Passage(by_id[name].document, by_id[name].span, by_id[name].quote)

    main = Agreement(
        claims=tuple(one.id for one in claims),
        low=54,
        high=85,
        independent_sources=2,
        outliers=("c10",),
        changed_bounds=("c9", "c10"),
        against_measured=AgainstMeasured("consistent", 0.31, "the day is known of one claim only", ("c1", "c2", "c11")),
        story="s1",
        about="tank cars at Dorvik",
        sources=((INSTITUTE, AGENCY), ("Coast Radio",)),
        sources_p=(0.0, 0.12, 0.8, 0.08),
        contradictions=(
            Contradiction("c9", "c11", "More than 60 and 54 to 57 tank cars cannot both have stood there."),
        ),
    )
    return CoverageResult(
        documents=(*documents, *others),
        claims=(*claims, *more),
        origins=ORIGINS,
        agreement=(main, Agreement(("c13", "c14"), 2, 2, 0, story="s2", about="ferries at Velm")),
        stories=(
            Story(
                "s1",
                "Tank cars at Dorvik terminal",
                tuple(row[0] for row in ARTICLES),
                date(2031, 10, 6),
                date(2031, 10, 10),
            ),
            Story("s2", "Ferries leave Velm", ("velm1", "velm2"), date(2031, 11, 2), date(2031, 11, 3)),
        ),
        kinships=(
            Kinship(
                "coast", "fi", "independent", 0.06, (Evidence("own count", "it says that its reporter counted", -2.0),)
            ),
            Kinship("velm1", "velm2", "near-identical", 0.99),
        ),
        changes=(
            Change("bound", passage("c1"), passage("c2"), "“At least 58” became “some 60”.", 0.97),
            Change("hedge", passage("c2"), passage("c3"), "“Some” was dropped.", 0.92),
            Change("bound", passage("c3"), passage("c9"), "“60” became “more than 60”.", 0.66),
        ),
        organisations=(
            Organisation(
                "fjord-institute",
                INSTITUTE,
                "think tank",
                (
                    Passage("harbour", span_of(documents[2].text, "The institute"), "The institute"),
                    Passage("abend", span_of(documents[3].text, "des Instituts"), "des Instituts"),
                ),
            ),
            Organisation("coast-radio", "Coast Radio", "broadcaster"),
            Organisation("port-of-velm", "Port of Velm"),
        ),
        footings=(
            Footing(
                ("c16", "c17"),
                "t/year",
                (10_950_000.0, 11_000_000.0),
                ("30,000 a day × 365 = 10,950,000 a year", "as stated"),
                "The daily rate and the yearly figure agree within 1 %.",
            ),
        ),
        events=(
            DatedEvent(
                "e1",
                "ferries leave Velm",
                "departure",
                TimeSpan("on Friday", date(2031, 10, 31), date(2031, 10, 31)),
                "velm1",
                span_of(text, "left Velm on Friday"),
                "left Velm on Friday",
            ),
            DatedEvent(
                "e2",
                "image of Dorvik taken",
                "image",
                TimeSpan("4 October", date(2031, 10, 4), date(2031, 10, 4)),
                "fi",
                span_of(documents[0].text, "An image of 4 October"),
                "An image of 4 October",
                INSTITUTE,
            ),
        ),
        ratings=(
            Rating("fjord-institute", "B", None, "M. Analyst", date(2031, 10, 12), "Past counts held up."),
            Rating("c1", None, "2", "M. Analyst", date(2031, 10, 12)),
            Rating("coast", "F", "6", "M. Analyst", date(2031, 10, 12), "New outlet."),
        ),
    )


def many(documents: int, claims: int) -> CoverageResult:
    """A story of many documents that mostly lead back to three, with many claims."""
    texts, origins, stated = [], [], []
    each = max(1, claims // documents)
    for n in range(documents):
        lines = [
            f"In the yard of Halden stood {40 + (n + k) % 7} wagons on day {k}, the ministry said." for k in range(each)
        ]
        text = " ".join(lines)
        texts.append(
            Document(
                id=f"d{n}",
                file=f"d{n}.txt",
                text=text,
                body=(Span(0, len(text)),),
                title=f"Wagons at Halden, report number {n}",
                language="en",
                published=date(2030, 1, 1) + timedelta(days=n % 40),
                outlet=f"Outlet {n % 60}",
            )
        )
        if n > 2:
            kinds = ("near-identical", "rewritten", "inferred")
            origins.append(
                Origin(f"d{n}", f"document:d{n % 3}", 0.5 + n % 5 / 10, ("shared sentence",), (), kinds[n % 3])
            )
        if n % 9 == 4:
            origins.append(Origin(f"d{n}", "report:ministry", 0.7, ("it names the ministry",)))
        for k, line in enumerate(lines):
            words = f"{40 + (n + k) % 7} wagons"
            start = text.index(line) + line.index(words)
            value = float(40 + (n + k) % 7)
            stated.append(
                Claim(
                    f"k{n}-{k}",
                    f"d{n}",
                    Span(start, start + len(words)),
                    words,
                    Quantity(value, value, "exact", figure=value),
                    "wagon",
                    "count",
                    place="Halden",
                    asserted_by="Ministry",
                    source="ministry",
                    voice="named",
                )
            )
    names = [one.id for one in stated]
    groups = tuple(
        Agreement(
            tuple(names[k::each]), 40, 46, 1, story="s1", about=f"wagons at Halden, day {k}", sources=(("Ministry",),)
        )
        for k in range(each)
    )
    story = Story("s1", "Wagons at Halden", tuple(one.id for one in texts), date(2030, 1, 1), date(2030, 2, 9))
    return CoverageResult(tuple(texts), tuple(stated), tuple(origins), groups, (story,))


MEASURED = MeasuredCount(
    54, (0.02, 0.05, 0.09, 0.14, 0.19, 0.19, 0.14, 0.09, 0.05, 0.03, 0.01), "tank car", "Dorvik", date(2031, 10, 4)
)


@pytest.fixture(scope="session")
def twelve() -> CoverageResult:
    return story_of_twelve()


@pytest.fixture(scope="session")
def measured() -> MeasuredCount:
    return MEASURED


@pytest.fixture(scope="session")
def crowd() -> Callable[[int, int], CoverageResult]:
    return many


@pytest.fixture(scope="session")
def hostile() -> Callable[[str], CoverageResult]:
    def build(words: str) -> CoverageResult:
        """The twelve documents with ``words`` in every place that comes from outside."""
        base = story_of_twelve()
        documents = tuple(
            replace(
                one,
                title=words,
                outlet=words,
                author=words,
                url=words,
                file=words,
                part=words,
                credits=(words,),
                notes=(words,),
                cuts=(Cut(Span(0, 5), words),),
                language=words[:5],
                text=one.text.replace("The line was quiet for years.", f"The line was quiet for years. {words}"),
            )
            for one in base.documents
        )
        claims = tuple(
            replace(
                one,
                quote=words,
                counted=words,
                place=words,
                asserted_by=words,
                via=(words,),
                hedges=(words,),
                flags=(words,),
                time=TimeSpan(words),
                topic=words if one.topic else None,
            )
            for one in base.claims
        )
        passages = [Passage(one.document, one.span, words) for one in claims]
        return replace(
            base,
            documents=documents,
            claims=claims,
            origins=(
                *(replace(one, evidence=(words,)) for one in base.origins),
                Origin("coast", f"report:{words}", 0.5, (words,)),
                Origin("coast", words, 0.4, (words,)),
                Origin("plain", f"outlet:{words}", 0.5, (words,)),
            ),
            agreement=tuple(
                replace(
                    one,
                    about=words,
                    sources=((words, words),),
                    contradictions=(Contradiction("c9", "c11", words), Contradiction("c9", words, words)),
                )
                for one in base.agreement
            ),
            stories=tuple(replace(one, title=words) for one in base.stories),
            changes=tuple(replace(one, before=passages[0], after=passages[2], text=words) for one in base.changes),
            organisations=tuple(
                replace(one, name=words, kind=words, aliases=(passages[0],)) for one in base.organisations
            ),
            footings=tuple(replace(one, text=words, unit=words, arithmetic=(words, words)) for one in base.footings),
            events=tuple(
                replace(one, event=words, kind=words, quote=words, asserted_by=words, time=TimeSpan(words))
                for one in base.events
            ),
            ratings=(
                *(replace(one, by=words, note=words) for one in base.ratings),
                Rating(words, "A", "1", words, date(2031, 1, 1), words),
            ),
        )

    return build
