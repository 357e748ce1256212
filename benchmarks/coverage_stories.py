"""Grouping articles into stories: accuracy on articles with known stories and on drawn ones, time and memory by size.

    python benchmarks/coverage_stories.py                                       drawn articles, 1,000 10,000 100,000
    python benchmarks/coverage_stories.py --articles DIR                        articles with labels as well
    python benchmarks/coverage_stories.py --peer .venv-coverage/bin/python      MinHash near-duplicates beside it

Drawn articles are facts told by templates: several wordings in three languages, facts left out, hedges changed, names
spelled otherwise, a fifth copied word for word; follow-ups speak of the same place and source on another day with other
figures. What is measured on them says how the method scales and how it stands to another on the same set; how well it
does on what people write is measured on articles. DIR holds ``articles/*.json`` with ``text``, ``lang``, ``date``,
``title``, ``url``, ``family`` and ``cluster``, and ``labels/*.json`` where there are labels.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from wayside.coverage.stories.tracing import stories_of, trace
from wayside.model.claims import Claim, Quantity
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document, Span
from wayside.model.stories import Story

THINGS = {
    "railcar": ("railcars", "vagones", "Waggons"),
    "ship": ("tankers", "petroleros", "Tanker"),
    "tent": ("tents", "tiendas", "Zelte"),
    "container": ("containers", "contenedores", "Container"),
    "vehicle": ("lorries", "camiones", "Lastwagen"),
    "aircraft": ("bombers", "bombarderos", "Bomber"),
    "building": ("hangars", "hangares", "Hallen"),
    "tank": ("storage tanks", "depósitos", "Speichertanks"),
}
TEMPLATES = {
    "en": (
        "{source} said on {day} that {about}{n} {thing} stood at {place}.",
        "Images reviewed by {source} show {about}{n} {thing} in {place}, near the border with {region}.",
        "There were {about}{n} {thing} at {place} this week, according to {source}.",
        "In {place}, {about}{n} {thing} have been seen, {source} wrote in a report.",
    ),
    "es": (
        "Según {source}, en {place} había {about}{n} {thing} el {day}.",
        "Las imágenes analizadas por {source} muestran {about}{n} {thing} en {place}, cerca de {region}.",
    ),
    "de": (
        "Nach Angaben von {source} standen in {place} {about}{n} {thing}.",
        "Aufnahmen, die {source} auswertete, zeigen {about}{n} {thing} bei {place} in {region}.",
    ),
}
SECOND = {
    "en": ("A year ago it was {m}.", "Never before were more than {m} seen there."),
    "es": ("Hace un año eran {m}.", "Nunca se habían visto más de {m}."),
    "de": ("Vor einem Jahr waren es {m}.", "Nie zuvor waren es mehr als {m}."),
}
HEDGES = {
    "en": ("", "about ", "at least ", "some "),
    "es": ("", "unos ", "al menos "),
    "de": ("", "rund ", "mindestens "),
}
VOWELS, CONSONANTS = "aeiou", "bdfgklmnprstvz"
LARGEST_TRACED = 20_000
LANGUAGES = ("en", "en", "en", "en", "es", "de")


@dataclass(frozen=True)
class Fact:
    """What a story is about."""

    place: str
    region: str
    source: str
    thing: str
    figure: int
    earlier: int
    day: date


def word(drawn: random.Random, syllables: int) -> str:
    return "".join(drawn.choice(CONSONANTS) + drawn.choice(VOWELS) for _ in range(syllables))


class Press:
    """Draws articles."""

    def __init__(self, seed: int) -> None:
        self.drawn = random.Random(seed)  # noqa: S311  (drawn, not secret)
        self.regions = [word(self.drawn, 3).title() for _ in range(40)]
        self.sources = [f"{word(self.drawn, 2).title()} {word(self.drawn, 3).title()}" for _ in range(400)]
        self.fillers = [[word(self.drawn, self.drawn.randint(1, 4)) for _ in range(4000)] for _ in range(3)]

    def stories(self, count: int) -> Iterator[tuple[int, Fact, int]]:
        """Yield story numbers, facts and numbers of articles, ``count`` articles in all; a third are follow-ups."""
        made, number, earlier = 0, 0, None
        while made < count:
            fact = self.fact(earlier)
            size = min(count - made, int(self.drawn.paretovariate(0.9)), 2 + count // 20)
            yield number, fact, size
            made, number = made + size, number + 1
            earlier = fact if self.drawn.random() < 0.33 else None

    def fact(self, earlier: Fact | None) -> Fact:
        drawn = self.drawn
        figure = int(drawn.lognormvariate(5.0, 1.3)) + 13
        day = date(2020, 1, 1) + timedelta(drawn.randrange(1800))
        if earlier is not None:
            later = earlier.day + timedelta(drawn.randint(15, 90))
            return replace(earlier, figure=figure, earlier=int(figure * drawn.uniform(0.2, 0.7)), day=later)
        return Fact(
            word(drawn, 3).title() + drawn.choice(("", "", "g", "sk")),
            drawn.choice(self.regions),
            self.sources[min(399, int(drawn.paretovariate(0.5)) - 1)],
            drawn.choice(sorted(THINGS)),
            figure,
            int(figure * drawn.uniform(0.2, 0.7)),
            day,
        )

    def articles(self, count: int) -> tuple[list[Document], list[Claim], list[int]]:
        documents: list[Document] = []
        claims: list[Claim] = []
        truth: list[int] = []
        for number, fact, size in self.stories(count):
            copied = None
            for _ in range(size):
                text, made = self.article(fact, f"d{len(documents)}", len(claims)) if copied is None else copied
                name = f"d{len(documents)}"
                language = made[0]
                day = fact.day + timedelta(min(6, int(self.drawn.expovariate(0.8))))
                title = text[: text.find(".")] if self.drawn.random() < 0.6 else None
                published = day if self.drawn.random() < 0.8 else None
                documents.append(
                    Document(
                        name, name, text, (Span(0, len(text)),), language=language, published=published, title=title
                    )
                )
                claims += [replace(one, id=f"c{len(claims) + at}", document=name) for at, one in enumerate(made[1])]
                truth.append(number)
                copied = (text, made) if self.drawn.random() < 0.2 else None
        return documents, claims, truth

    def article(self, fact: Fact, name: str, first: int) -> tuple[str, tuple[str, list[Claim]]]:
        drawn = self.drawn
        language = drawn.choice(LANGUAGES)
        at = ("en", "es", "de").index(language)
        place = fact.place if drawn.random() < 0.85 else fact.place.replace("k", "kh").replace("g", "gg")
        fields = {
            "source": fact.source, "place": place, "region": fact.region, "n": fact.figure, "m": fact.earlier,
            "thing": THINGS[fact.thing][at], "about": drawn.choice(HEDGES[language]), "day": f"{fact.day:%d.%m.}",
        }  # fmt: skip
        parts = [drawn.choice(TEMPLATES[language]).format(**fields)]
        if drawn.random() < 0.6:
            parts.append(drawn.choice(SECOND[language]).format(**fields))
        for _ in range(drawn.randint(3, 10)):
            words = [drawn.choice(self.fillers[at]) for _ in range(drawn.randint(7, 14))]
            if drawn.random() < 0.3:
                words[3] = drawn.choice(self.regions)
            parts.append(" ".join(words).capitalize() + ".")
        text = " ".join(parts)
        claims = [self.claim(fact, name, text, fact.figure, f"c{first}")]
        if len(parts) > 1 and str(fact.earlier) in parts[1]:
            claims.append(self.claim(fact, name, text, fact.earlier, f"c{first + 1}"))
        return text, (language, claims)

    def claim(self, fact: Fact, document: str, text: str, figure: int, name: str) -> Claim:
        start = text.find(str(figure))
        span = Span(start, start + len(str(figure)))
        quantity = Quantity(float(figure), float(figure), "exact", "1", float(figure))
        source = fact.source if self.drawn.random() < 0.8 else None
        return Claim(
            name, document, span, str(figure), quantity, fact.thing, "count", fact.place, None, source, thing=fact.thing
        )


@dataclass(frozen=True)
class Scores:
    """How groups agree with the truth, by pairs and by documents (B-cubed)."""

    precision: float
    recall: float
    b_precision: float
    b_recall: float

    @staticmethod
    def of(found: Sequence[int], truth: Sequence[int]) -> Scores:
        both, ours, theirs = Counter(zip(found, truth, strict=True)), Counter(found), Counter(truth)

        def pairs(counts: Counter[object] | Counter[int] | Counter[tuple[int, int]]) -> int:
            return sum(n * (n - 1) // 2 for n in counts.values())

        n = len(found)
        return Scores(
            pairs(both) / max(1, pairs(ours)),
            pairs(both) / max(1, pairs(theirs)),
            sum(count * count / ours[group] for (group, _), count in both.items()) / n,
            sum(count * count / theirs[story] for (_, story), count in both.items()) / n,
        )

    def row(self) -> str:
        def f1(p: float, r: float) -> float:
            return 2 * p * r / (p + r) if p + r else 0.0

        pairs = f"pairs P {self.precision:.3f} R {self.recall:.3f} F1 {f1(self.precision, self.recall):.3f}"
        cubed = f"B3 P {self.b_precision:.3f} R {self.b_recall:.3f} F1 {f1(self.b_precision, self.b_recall):.3f}"
        return f"{pairs}   {cubed}"


PEER = """
import json, sys
from datasketch import MinHash, MinHashLSH
threshold, width = float(sys.argv[1]), int(sys.argv[2])
texts = json.load(sys.stdin)
lsh, hashes = MinHashLSH(threshold=threshold, num_perm=128), []
for at, text in enumerate(texts):
    words = text.lower().split()
    one = MinHash(num_perm=128)
    one.update_batch([" ".join(words[i:i + width]).encode() for i in range(max(1, len(words) - width + 1))])
    lsh.insert(str(at), one)
    hashes.append(one)
parent = list(range(len(texts)))
def root(at):
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at
for at, one in enumerate(hashes):
    for other in lsh.query(one):
        parent[root(at)] = root(int(other))
json.dump([root(at) for at in range(len(texts))], sys.stdout)
"""


def minhash(python: str, texts: Sequence[str], threshold: float, width: int) -> list[int]:
    """Return the groups of near-duplicates by MinHash and locality-sensitive hashing."""
    command = [python, "-c", PEER, str(threshold), str(width)]
    done = subprocess.run(command, input=json.dumps(list(texts)), capture_output=True, text=True, check=True)
    return [int(group) for group in json.loads(done.stdout)]


def labelled(folder: Path) -> tuple[CoverageResult, list[dict[str, Any]]]:
    """Read articles with labels; claims are those that the program finds."""
    from wayside.coverage import analyse, read_document  # noqa: PLC0415  (the drawn part runs without the readers)

    documents, articles = [], []
    for path in sorted((folder / "articles").glob("*.json")):
        article = json.loads(path.read_text(encoding="utf-8"))
        day = date.fromisoformat(article["date"]) if len(article["date"]) == 10 else None
        document = read_document(article["text"].encode(), path.with_suffix(".txt").name)
        given = {
            "published": day,
            "language": article["lang"],
            "url": article["url"],
            "title": article["title"] or None,
        }
        documents.append(replace(document, **given))
        labels = folder / "labels" / path.name
        found = json.loads(labels.read_text(encoding="utf-8")) if labels.is_file() else None
        articles.append(
            {"family": article["family"], "cluster": article["cluster"], "labels": found, "text": article["text"]}
        )
    return analyse(documents), articles


def compact(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())


def is_true(node: str, one: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> bool | None:
    """Return whether an edge agrees with the labels; None where they are silent.

    An edge to a document does if both are of one syndication family, or the other is labelled as the primary text; one
    to a report, an outlet or a speaker if the labels of the document name it as origin, final source or on the way.
    """
    kind, _, name = node.partition(":")
    if kind == "document":
        labels = by_id[name]["labels"] or {}
        return by_id[name]["family"] == one["family"] or str(labels.get("origin", "")).startswith("PRIMARY")
    if one["labels"] is None:
        return None
    claims = one["labels"]["claims"]
    named = [str(one["labels"]["origin"]), *(str(claim.get("attributed_to")) for claim in claims)]
    named += [str(outlet) for claim in claims for outlet in claim.get("reported_via", ())]
    if compact(name) in compact(" ".join(named)):
        return True
    # Labels are of quantities: whom the text names for something else, they do not have.
    return None if compact(name) in compact(one["text"]) else False


def graph(result: CoverageResult, articles: Sequence[dict[str, Any]]) -> None:
    """Print how often edges of the derivation graph agree with the labels, kinship, and numbers of sources."""
    by_id = {document.id: article for document, article in zip(result.documents, articles, strict=True)}
    bins: dict[tuple[str, float], list[tuple[float, bool | None]]] = defaultdict(list)
    for origin in result.origins:
        right = is_true(origin.derives_from, by_id[origin.document], by_id)
        kind = "document" if origin.derives_from.startswith("document") else origin.kind
        low = max(edge for edge in (0.0, 0.4, 0.6, 0.8, 0.9, 0.95) if origin.p >= edge)
        bins[kind, low].append((origin.p, right))
    print("edges of the derivation graph   number   mean p   agree  contradict  labels silent")
    for (kind, low), rows in sorted(bins.items()):
        counts = Counter(right for _, right in rows)
        p = sum(row[0] for row in rows) / len(rows)
        found = f"{counts[True]:7d} {counts[False]:11d} {counts[None]:14d}"
        print(f"  {kind:12s} from {low:.2f}      {len(rows):8d} {p:8.2f} {found}")
    kin: dict[bool, list[float]] = {True: [], False: []}
    for one in result.kinships:
        if by_id[one.one]["cluster"] == by_id[one.other]["cluster"]:
            kin[by_id[one.one]["family"] == by_id[one.other]["family"]].append(one.p)
    wins = sum((a > b) + 0.5 * (a == b) for a in kin[True] for b in kin[False])
    means = [sum(rows) / max(1, len(rows)) for rows in (kin[True], kin[False])]
    print(
        f"kinship: mean p {means[0]:.2f} in {len(kin[True])} pairs of a family, {means[1]:.2f} in"
        f" {len(kin[False])} others;"
    )
    print(
        f"  a pair of a family is ahead of another in {wins / max(1, len(kin[True]) * len(kin[False])):.2f}"
        f" of comparisons"
    )
    print("claims about one thing, in three documents or more:")
    document_of = {claim.id: claim.document for claim in result.claims}
    for group in result.agreement:
        documents = {document_of[claim] for claim in group.claims}
        if len(documents) >= 3:
            p = " ".join(f"{value:.2f}" for value in group.sources_p[:4])
            print(
                f"  {group.about or '?'} [{group.low}, {group.high}]: {len(documents)} documents, sources"
                f" {group.sources}, p {p}"
            )


def measure(documents: Sequence[Document], claims: Sequence[Claim]) -> tuple[list[int], float]:
    start = time.process_time()
    stories = stories_of(documents, claims)
    seconds = time.process_time() - start
    return numbered(documents, stories), seconds


def numbered(documents: Sequence[Document], stories: Sequence[Story]) -> list[int]:
    """Return the number of each document's story."""
    of = {document: at for at, story in enumerate(stories) for document in story.documents}
    return [of[document.id] for document in documents]


def compare(
    name: str, documents: Sequence[Document], found: Sequence[int], truth: Sequence[int], peer: str | None
) -> None:
    """Print how groups agree with the truth, and those of the peer on the same texts."""
    print(f"{name}: {len(documents)} articles, {len(set(truth))} stories")
    print(f"  {'wayside':28s} {Scores.of(found, truth).row()}")
    if peer is not None:
        for threshold, width in ((0.5, 3), (0.1, 3), (0.5, 1), (0.3, 1)):
            start = time.perf_counter()
            groups = minhash(peer, [document.text for document in documents], threshold, width)
            label = f"MinHash {width}-word {threshold}"
            print(f"  {label:28s} {Scores.of(groups, truth).row()}   {time.perf_counter() - start:.2f} s")


def scale(size: int, seed: int) -> None:
    """Measure one size in a process of its own, so that its memory is its own."""
    documents, claims, truth = Press(seed).articles(size)
    drawn = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, seconds = measure(documents, claims)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    whole = math.nan
    if size <= LARGEST_TRACED:
        start = time.process_time()
        trace(documents, claims)
        whole = time.process_time() - start
    print(json.dumps([seconds, (peak - drawn) / 1024, whole, Scores.of(found, truth).row()]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--peer")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        scale(options.one, options.seed)
        return
    if options.articles:
        result, articles = labelled(options.articles)
        numbers = {cluster: at for at, cluster in enumerate(sorted({one["cluster"] for one in articles}))}
        truth = [numbers[one["cluster"]] for one in articles]
        found = numbered(result.documents, result.stories)
        compare("labelled articles", result.documents, found, truth, options.peer)
        graph(result, articles)
    if options.peer:
        documents, claims, truth = Press(options.seed).articles(2000)
        compare("drawn articles", documents, measure(documents, claims)[0], truth, options.peer)
    print("drawn articles by size        grouping s   memory MiB   whole tracing s")
    times: dict[int, list[float]] = defaultdict(list)
    for size in options.sizes:
        command = [sys.executable, __file__, "--one", str(size), "--seed", str(options.seed)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, memory, whole, row = json.loads(done.stdout)
        times[size] += [seconds, whole]
        print(f"  {size:>9}                  {seconds:10.2f} {memory:12.0f} {whole:17.2f}   {row}")
    for small, large in zip(options.sizes, options.sizes[1:], strict=False):
        exponents = [math.log(b / a) / math.log(large / small) for a, b in zip(times[small], times[large], strict=True)]
        print(f"  exponent {small} to {large}: grouping {exponents[0]:.2f}, whole tracing {exponents[1]:.2f}")


if __name__ == "__main__":
    main()
