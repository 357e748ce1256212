"""The analyst's file: judgements, hypotheses, evidence, ratings and obligations, read with all its faults at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from wayside.assessment.analyst import words_of_certainty, words_of_likelihood
from wayside.assessment.entered_fields import Fields, likelihood_of, once, shown
from wayside.assessment.hypotheses.standing import MEASURED_PREFIX, STANDING_IDS, measured_ids
from wayside.assessment.obligations import obligation_ids
from wayside.errors import ConfigError, ValueRefusedError
from wayside.model.hypotheses import Consistency, Degree, Entered, Evidence, EvidenceKind, Hypothesis, Rating
from wayside.model.judgements import Confidence, EnteredJudgement
from wayside.model.obligations import Obligation

__all__ = ["LARGEST", "read_entered"]

LARGEST = 1_000_000
"""Most characters of the file."""

_MOST = {"judgement": 100, "hypothesis": 20, "evidence": 200, "obligation": 50}
_TABLES = ("analyst", "standing", "measured", "judgement", "hypothesis", "evidence", "ratings", "obligation")
_RATINGS = ", ".join(Consistency)
_FAULTS_TOLD = 50
_T = TypeVar("_T")


def read_entered(text: str, *, where: str = "analyst.toml") -> Entered:
    """Read the text of an analyst's file.

    Args:
        text: TOML, up to ``LARGEST`` characters. Its words are kept as they are; whoever shows them makes them safe.
        where: what messages call the file.

    Raises:
        ConfigError: with every fault in it: syntax, unknown or missing entries, wrong kinds, unknown or repeated ids.
    """
    document = _parsed(text, where)
    faults = [
        f"no such table: {shown(key)}; there are {', '.join(_TABLES)}" for key in sorted(set(document) - {*_TABLES})
    ]
    try:
        entered = _Reader(text, document, faults).read()
    except ValueRefusedError as fault:
        # Only what a value itself refuses and no check above it has named.
        entered = None
        faults.append(fault.what)
    if faults or entered is None:
        told = (
            *faults[:_FAULTS_TOLD],
            *((f"and {len(faults) - _FAULTS_TOLD} more",) if len(faults) > _FAULTS_TOLD else ()),
        )
        raise ConfigError(tuple(told), where=where)
    return entered


def _parsed(text: str, where: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise ConfigError((f"has {len(text):,} characters; up to {LARGEST:,} are read",), where=where)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        # A ValueError that is no TOMLDecodeError: a number of too many digits.
        what = "nested too deep" if isinstance(fault, RecursionError) else str(fault)
        raise ConfigError((f"not TOML: {what}",), where=where) from fault


class _Reader:
    """Reads one document."""

    def __init__(self, text: str, document: Mapping[str, Any], faults: list[str]) -> None:
        self._text = text
        self._document = document
        self._faults = faults
        self._analyst = ""
        self._on: date | None = None

    def read(self) -> Entered:
        self._read_analyst()
        judgements = self._each("judgement", self._judgement)
        obligations = self._each("obligation", self._obligation)
        hypotheses = self._each("hypothesis", self._hypothesis)
        evidence = self._each("evidence", self._evidence)
        standing = self._standing(hypotheses)
        measured = self._table("measured")
        use = measured.switch("use", default=True)
        measured.finish()
        ratings = self._ratings()
        self._check_ids(hypotheses)
        self._check_rivals(hypotheses, standing)
        self._check_repeated(evidence)
        self._check_ratings(ratings)
        if self._faults:
            return Entered()
        return Entered(judgements, standing, hypotheses, evidence, ratings, obligations, use)

    # ------------------------------------------------------------------ tables
    def _table(self, name: str) -> Fields:
        table = self._document.get(name, {})
        if not isinstance(table, dict):
            self._faults.append(f"{name}: must be a table, beginning with [{name}]")
            table = {}
        return Fields(name, table, self._faults)

    def _each(self, name: str, make: Callable[[Fields], _T | None]) -> tuple[_T, ...]:
        tables = self._document.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._faults.append(f"{name}: must be a list of tables, each beginning with [[{name}]]")
            return ()
        if len(tables) > _MOST[name]:
            self._faults.append(f"{name}: there are {len(tables)}; up to {_MOST[name]} are read")
            return ()
        lines = self._lines(name, len(tables))
        made = []
        for number, table in enumerate(tables, start=1):
            line = f" (line {lines[number - 1]})" if lines else ""
            fields = Fields(f"{name} {number}{line}", table, self._faults)
            known = len(self._faults)
            try:
                one = make(fields)
            except ValueRefusedError as fault:
                one = None
                if len(self._faults) == known:
                    fields.fault("", fault.what)
            fields.finish()
            made += [] if one is None else [one]
        return tuple(made)

    def _lines(self, name: str, number: int) -> Sequence[int]:
        """Return the lines that the tables of a list begin in; none where they cannot be told for sure."""
        head = re.compile(rf"\s*\[\[\s*{name}\s*\]\]")
        found = [k for k, line in enumerate(self._text.splitlines(), start=1) if head.match(line)]
        return found if len(found) == number else ()

    def _read_analyst(self) -> None:
        fields = self._table("analyst")
        if fields.table:
            self._analyst = fields.author("name", "")
            self._on = fields.day("on")
        fields.finish()

    # ------------------------------------------------------------------ entries
    def _judgement(self, fields: Fields) -> EnteredJudgement | None:
        name, concerns = fields.name(), fields.text("concerns", default="other")
        if concerns not in {"content", "intent", "other"}:
            fields.fault("concerns", f"must be one of content, intent, other, not {shown(concerns)}")
        statement = self._statement(fields)
        likelihood = likelihood_of(fields.any("likelihood"))
        if isinstance(likelihood, str):
            fields.fault("likelihood", likelihood)
        confidence = fields.choice("confidence", Confidence, Confidence.LOW)
        if "confidence" not in fields.table:
            fields.fault("confidence", f"missing; it must be one of {', '.join(Confidence)}")
        author, on = fields.author("author", self._analyst), fields.day("on", self._on)
        if on is None:
            fields.fault("on", "missing; it must be a day like 2023-10-05")
        lists = {key: fields.texts(key) for key in ("reasons", "evidence", "assumptions", "would_change")}
        for reason in lists["reasons"]:
            self._unqualified(fields, "reasons", reason, "a reason of the confidence speaks of no likelihood")
        if isinstance(likelihood, str) or on is None or not (name and statement and author):
            return None
        return EnteredJudgement(
            id=name,
            concerns=concerns,
            statement=statement,
            low_pct=likelihood[0],
            high_pct=likelihood[1],
            author=author,
            stated=on,
            confidence=confidence,
            confidence_reasons=lists["reasons"],
            evidence=lists["evidence"],
            assumptions=lists["assumptions"],
            would_change=lists["would_change"],
        )

    @staticmethod
    def _statement(fields: Fields) -> str:
        statement = fields.text("statement", required=True).rstrip(".").rstrip()
        words = ", ".join(repr(word) for word in words_of_certainty(statement))
        if words:
            fields.fault(
                "statement", f"says {words}: how likely it is stands in likelihood, and nothing is added to it"
            )
        return statement

    @staticmethod
    def _unqualified(fields: Fields, key: str, text: str, instead: str) -> None:
        """Refuse a text that says how likely or how sure something is where no likelihood is set beside it."""
        words = ", ".join(repr(word) for word in words_of_likelihood(text))
        if words:
            fields.fault(key, f"says {words}: {instead}")

    def _obligation(self, fields: Fields) -> Obligation | None:
        name = fields.name()
        title, text = fields.text("title", required=True), fields.text("text", required=True)
        paragraph, url = fields.text("paragraph", longest=100), fields.address("url")
        adopted, by = fields.day("adopted"), fields.author("by", self._analyst)
        if not (name and title and text and by):
            return None
        return Obligation(name, title, text, paragraph, url, adopted, by=by)

    def _hypothesis(self, fields: Fields) -> Hypothesis | None:
        name, standing = fields.name(), fields.switch("standing", default=False)
        obligations = fields.texts("obligations")
        if name in STANDING_IDS and not standing:
            fields.fault("id", f"{name!r} is of the standing set; write standing = true, or take another id")
        if standing:
            if name and name not in STANDING_IDS:
                fields.fault("id", f"the standing set has {', '.join(STANDING_IDS)}, not {shown(name)}")
            # The standing set has its own words: they are those that the proposed ratings were made for.
            statement, short, by = name, "", self._analyst
        else:
            statement, short = fields.text("statement", required=True), fields.text("short", longest=60)
            by = fields.author("by", self._analyst)
            for key, told in (("statement", statement), ("short", short)):
                self._unqualified(fields, key, told, "an explanation says what would be so, not how sure that is")
        if not (name and statement):
            return None
        return Hypothesis(name, statement, short, standing, by, obligations)

    def _evidence(self, fields: Fields) -> Evidence | None:
        name, text = fields.name(), fields.text("text", required=True)
        if name.startswith(MEASURED_PREFIX):
            fields.fault("id", f"ids that begin with {MEASURED_PREFIX!r} are those of what wayside measures")
        kind = fields.choice("kind", EvidenceKind, EvidenceKind.ANALYST)
        by, on = fields.author("by", self._analyst), fields.day("on", self._on)
        credibility = fields.choice("credibility", Degree, Degree.MEDIUM)
        relevance = fields.choice("relevance", Degree, Degree.MEDIUM)
        refers, source, url = fields.texts("refers"), fields.text("source"), fields.address("url")
        if kind is not EvidenceKind.PUBLISHED:
            # What others published may be quoted with its own words.
            self._unqualified(fields, "text", text, "how far it can be believed stands in credibility")
        if not (name and text and by):
            return None
        return Evidence(name, text, kind, by, on, credibility, relevance, refers, source, url)

    # ------------------------------------------------------------------ standing set and ratings
    def _standing(self, hypotheses: Sequence[Hypothesis]) -> tuple[str, ...]:
        fields = self._table("standing")
        use = fields.any("use")
        fields.finish()
        names: list[str] = [one.id for one in hypotheses if one.standing]
        if use is True:
            names += STANDING_IDS
        elif isinstance(use, list) and all(isinstance(name, str) for name in use):
            unknown = sorted(set(use) - set(STANDING_IDS))
            self._faults += [
                f"standing.use: there is no {shown(n)}; there are {', '.join(STANDING_IDS)}" for n in unknown
            ]
            names += use
        elif use not in (None, False):
            self._faults.append(f"standing.use: must be true, false or a list of ids, not {shown(use)}")
        return tuple(name for name in STANDING_IDS if name in names)

    def _ratings(self) -> tuple[Rating, ...]:
        fields = self._table("ratings")
        found: list[Rating] = []
        for evidence, row in fields.table.items():
            if not isinstance(row, dict):
                fields.fault(shown(evidence), "must be a table of ratings by hypothesis")
                continue
            for hypothesis, value in row.items():
                rating = self._rating(evidence, hypothesis, value)
                found += [] if rating is None else [rating]
        return tuple(found)

    def _rating(self, evidence: str, hypothesis: str, value: object) -> Rating | None:
        table = value if isinstance(value, dict) else {"rating": value}
        fields = Fields(f"ratings.{evidence[:80]}.{hypothesis[:80]}", table, self._faults)
        rating, note = fields.any("rating"), fields.text("note")
        by, on = fields.author("by", self._analyst), fields.day("on", self._on)
        fields.finish()
        if not isinstance(rating, str) or rating.upper() not in tuple(Consistency):
            fields.fault("", f"must be one of {_RATINGS}, not {shown(rating)}")
            return None
        if not (by and evidence.strip() and hypothesis.strip()):
            return None
        return Rating(evidence, hypothesis, Consistency(rating.upper()), by, note, on)

    # ------------------------------------------------------------------ ids
    def _ids(self, name: str) -> tuple[str, ...]:
        """Return the ids that a list gives, whatever else is wrong with its entries."""
        tables = self._document.get(name, [])
        given = [table.get("id") for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []
        return tuple(one for one in given if isinstance(one, str))

    def _check_ids(self, hypotheses: Sequence[Hypothesis]) -> None:
        for what in ("judgement", "hypothesis", "evidence"):
            once(what, self._ids(what), self._faults)
        known = (*obligation_ids(), *self._ids("obligation"))
        once("obligation", known, self._faults)
        there = ", ".join(dict.fromkeys(known))
        for one in hypotheses:
            self._faults += [
                f"hypothesis {one.id}: there is no obligation {shown(name)}; there are {there}"
                for name in dict.fromkeys(one.obligations)
                if name not in known
            ]

    def _check_rivals(self, hypotheses: Sequence[Hypothesis], standing: Sequence[str]) -> None:
        """Refuse one explanation alone: it would be set aside without a word, as nothing competes with it."""
        alone = [*standing, *(one.id for one in hypotheses if not one.standing)]
        if len(alone) == 1:
            self._faults.append(
                f"hypothesis {alone[0]}: it has no rival; add another one, or the standing set ([standing] use = true)"
            )

    def _check_repeated(self, evidence: Sequence[Evidence]) -> None:
        """Refuse a piece of evidence that says what another one says: it would weigh twice."""
        known: dict[str, str] = {}
        for piece in evidence:
            first = known.setdefault(" ".join(piece.text.casefold().split()).rstrip(".!"), piece.id)
            if first != piece.id:
                self._faults.append(f"evidence {piece.id}: says the same as {first}; entered twice it weighs twice")

    def _check_ratings(self, ratings: Sequence[Rating]) -> None:
        pieces = {*measured_ids(), *self._ids("evidence")}
        names = {*STANDING_IDS, *self._ids("hypothesis")}
        for piece in dict.fromkeys(one.evidence for one in ratings if one.evidence not in pieces):
            self._faults.append(f"ratings: there is no evidence {shown(piece)}")
        for name in dict.fromkeys(one.hypothesis for one in ratings if one.hypothesis not in names):
            self._faults.append(f"ratings: there is no hypothesis {shown(name)}")
