"""Subjects and verbs: "X said that", "…, said X", "X was quoted as saying", "X put it at"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.agents import is_passive, recipient_mentions
from wayside.coverage.attribution.mention import CITED, LEADING, OWNER, WHOLE, Mention
from wayside.coverage.attribution.sources import Source, read_source
from wayside.coverage.attribution.subjects import subject_of
from wayside.coverage.attribution.views import CLOSING, DASHES, OPENING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wayside.coverage.attribution.views import View

__all__ = ["holder_mentions", "verb_mentions"]

_RECIPIENT: Final = 5  # tokens behind "told" that its object may have
_OBJECT: Final = 8  # tokens behind "published" that its object is looked for in
_HELD: Final = 5  # tokens behind "has" that "images of" is looked for in
_BEFORE: Final = frozenset({",", '"', "("}) | CLOSING | DASHES
_ENDS: Final = frozenset({",", ".", ":", ";", '"', "(", ")", "!", "?"}) | CLOSING | OPENING | DASHES


def verb_mentions(view: View, index: int, bits: int) -> Iterator[Mention]:
    """Yield who speaks by a verb: its subject, its object if it quotes, the media to whom it was said.

    Args:
        view: the sentence.
        index: of the verb.
        bits: what the verb can be.
    """
    if view.inside_name(index) or _other_verb(view, index, bits):
        return
    passive = is_passive(view, index)
    if bits & g.CITE:
        yield from _quoting(view, index, passive=passive)
    if passive or view.has(index + 1, g.BY):
        return
    inverted = _inverted(view, index, bits)
    if inverted is not None:
        yield inverted
        return
    source = subject_of(view, index, loose=bool(bits & g.SPEECH_ONLY))
    if source is None or _describes(view, source, index):
        return
    if bits & g.TOLD:
        yield from recipient_mentions(view, index + 1)
    mention = _asserted(view, source, index, bits)
    if mention is not None:
        yield mention


def holder_mentions(view: View, index: int) -> Iterator[Mention]:
    """Read "X has images of 42 barges": what they show is X's to tell."""
    at = index + 1
    while at < index + _HELD and not view.has(at, g.IMAGERY | g.VERB | g.BE | g.NEGATION | g.AND | g.OPENER):
        at += 1
    if not view.has(at, g.IMAGERY) or not any(view.has(of, g.OF) for of in (at + 1, at + 2)):
        return
    source = subject_of(view, index)
    if source is not None and source.kind in {"organisation", "person", "media", "anonymous", "anaphor"}:
        yield Mention(source, index, index, len(view.tokens), LEADING)


def _describes(view: View, source: Source, verb: int) -> bool:
    """Tell "Kpler, a company that tracks ships, wrote": what the clause tells of the name before it is no assertion."""
    body = source.kind == "anonymous" and bool(view.grammar.bits.get(source.head, 0) & g.BODY)
    behind = view.lower(source.first - 1) == "," and source.first - 1 in view.names.values()
    return body and behind and view.has(source.first, g.INDEFINITE) and view.has(verb - 1, g.RELATIVE)


def _quoting(view: View, index: int, *, passive: bool) -> Iterator[Mention]:
    """Read "citing X", "CNN cited X as saying", "X was quoted as saying"."""
    total = len(view.tokens)
    if passive:
        source = subject_of(view, index, loose=True) if _quoted_as_saying(view, index) else None
        if source is not None:
            yield Mention(source, index, 0, total, LEADING)
    elif not view.has(index + 1, g.BY):
        cited = read_source(view, index + 1, total, loose=True)
        if cited is not None and cited.kind != "imagery":
            yield Mention(cited, index, 0, total, CITED)


def _other_verb(view: View, index: int, bits: int) -> bool:
    """Tell verbs that are none here: "called up 300,000 reservists", the noun "report", "put" without a figure."""
    if bits & g.PARTICLE_VERB and view.has(index + 1, g.PARTICLE):
        return True
    if bits & g.PUTTING and not any(view.lower(at) in view.grammar.putting_at for at in range(index + 1, index + 12)):
        return True
    if view.has(index - 1, g.TO):
        return True
    noun = bits & (g.REPORT | g.NUMBERS | g.IMAGERY | g.BODY)
    return (
        bool(noun)
        and not view.has(index - 1, g.PRONOUN)
        and (_behind_modifier(view, index) or _named_noun(view, index))
    )


def _behind_modifier(view: View, index: int) -> bool:
    """Tell the noun of "a new report", "its estimate", "a briefing note", "local media reports,"."""
    modifiers = g.DETERMINER | g.DEMONYM | g.OWN | g.OPENER | g.BY | g.POSSESSIVE
    if view.has(index - 1, modifiers) or view.lower(index - 1).endswith("'s"):
        return True
    document = view.has(index - 1, g.REPORT) and view.has(index - 2, g.DETERMINER)
    plural = view.has(index - 1, g.COLLECTIVE) and view.lower(index).endswith("s")
    return document or plural


def _named_noun(view: View, index: int) -> bool:
    """Tell "the SeaLight project", "the Pentagon report" from "the IMF projects": a verb would have an ending here."""
    first = next((at for at, stop in view.names.items() if stop == index), -1)
    if first < 1 or not view.has(first - 1, g.DETERMINER):
        return False
    return not view.lower(index).endswith(("s", "ed", "d")) or view.has(index + 1, g.VERB | g.BE | g.HAVE)


def _adverb(view: View, index: int) -> bool:
    suffix = view.grammar.adverb_suffix
    return bool(suffix) and view.lower(index).endswith(suffix) and not view.bits[index]


def _quoted_as_saying(view: View, index: int) -> bool:
    return any(
        view.has(at, g.AS) and view.has(at + 1, g.SAY) for at in range(index + 1, min(index + 12, len(view.tokens)))
    )


def _inverted(view: View, index: int, bits: int) -> Mention | None:
    """Read "…, said the minister": a verb behind a comma or a closing mark with its subject behind it."""
    opening = index
    while opening and view.has(opening - 1, g.HAVE | g.ADVERB):
        opening -= 1
    before = view.tokens[opening - 1].text if opening else ""
    if not bits & g.INVERTING or (opening and before not in _BEFORE and not view.has(index - 1, g.AS)):
        return None
    source = read_source(view, index + 1, len(view.tokens), loose=bool(bits & g.SPEECH_ONLY))
    if (
        source is None
        or source.kind in {"imagery", "outlet"}
        or (source.kind == "anaphor" and source.head and view.grammar.bits.get(source.head, 0) & g.PRONOUN)
    ):
        return None
    after = view.tokens[source.stop].text if source.stop < len(view.tokens) else "."
    if not (after in _ENDS or view.has(source.stop, g.OPENER | g.RELATIVE | g.CITE)):
        return None
    if before == "," and not _ends_clause(view, source.stop) and subject_of(view, index) is not None:
        return None
    return Mention(source, index, 0, len(view.tokens), WHOLE)


def _ends_clause(view: View, index: int) -> bool:
    return index >= len(view.tokens) or view.tokens[index].text in _ENDS or view.has(index, g.OPENER | g.RELATIVE)


def _asserted(view: View, source: Source, index: int, bits: int) -> Mention | None:
    """Return the mention of a subject with its verb, or None where the verb asserts nothing with this subject."""
    total = len(view.tokens)
    if source.kind == "imagery":
        return Mention(source, index, 0, total, OWNER, provider=True)
    after = _behind_recipient(view, index, bits)
    as_said = view.has(source.first - 1, g.AS)
    aside = _stands_aside(view, source, after)
    strong = aside or as_said or source.report or _clause_follows(view, after) or _speaks_of(view, index, bits)
    silent = _silent(view, source, index, bits, after) if not strong else None
    if silent is not None:
        return silent
    if bits & g.CAPTURE and not bits & (g.SAY | g.JUDGE | g.OBSERVE | g.CITE):
        return Mention(source, index, total, total, LEADING, asserts=False)
    if aside or as_said:
        return Mention(source, index, 0, total, WHOLE)
    counted = bits & g.OBSERVE and view.has(source.first - 1, g.RELATIVE) and view.has(source.first - 1, g.DEFINITE)
    start = 0 if counted or _fronted(view, source.first) else min(source.first, index)
    return Mention(source, index, start, total, LEADING)


def _stands_aside(view: View, source: Source, after: int) -> bool:
    """Tell "…, X said" and "…, X said on Friday, …": a source behind or in the middle of what it says."""
    before = view.tokens[source.first - 1].text if source.first else ""
    return before in _BEFORE and not _complement(view, after) and not _fronted(view, source.first)


def _speaks_of(view: View, index: int, bits: int) -> bool:
    """Tell "speak of 400 dead", "claimed to have killed 80"."""
    if view.has(index + 1, g.TO) and view.has(index + 2, g.HAVE | g.BE):
        return True
    return bool(bits & g.OF_VERB) and view.has(index + 1, g.OF)


def _silent(view: View, source: Source, index: int, bits: int, after: int) -> Mention | None:
    """Return a mention of somebody who only publishes or of whom something else is told; None where he asserts."""
    total = len(view.tokens)
    if bits & g.PUBLISH and not bits & (g.SAY | g.JUDGE):
        report = any(view.has(at, g.REPORT | g.NUMBERS | g.IMAGERY) for at in range(after, min(after + _OBJECT, total)))
        return Mention(source, index, after if report else total, total, LEADING, asserts=report)
    state = source.kind == "state" and bits & g.OBSERVE and not bits & (g.SAY | g.JUDGE)
    if state or (bits & g.GUARDED and not _may_be_guarded(source, bits, view, after)):
        return Mention(source, index, total, total, LEADING, asserts=False)
    return None


def _may_be_guarded(source: Source, bits: int, view: View, after: int) -> bool:
    """Tell whether a guarded verb with this subject asserts all the same: an analyst "saw", an estimate "puts"."""
    if bits & g.PUTTING or source.kind == "media":
        return True
    if bits & g.ADDING:
        figure = after < len(view.tokens) and view.tokens[after].kind == "number"
        return source.kind in {"person", "anaphor"} and not figure
    return bool(bits & g.OBSERVE) and source.kind in {"organisation", "person", "anaphor", "anonymous"}


def _behind_recipient(view: View, index: int, bits: int) -> int:
    """Return the token behind "told reporters", "told CBS News", "told state broadcaster TeleSur"."""
    at = index + 1
    if not bits & g.TOLD:
        return at
    at += 1 if view.has(at, g.DETERMINER) else 0
    stops = g.CLAUSE | g.OPENER | g.BE | g.DETERMINER | g.PRONOUN
    while at < len(view.tokens) and at - index < _RECIPIENT and at not in view.names:
        if view.tokens[at].kind != "word" or view.has(at, stops):
            return at
        at += 1
        if view.has(at - 1, g.NOUN):
            break
    return view.names.get(at, at)


def _complement(view: View, index: int) -> bool:
    """Tell whether what is said follows: a clause, a figure; not only "on Friday" or "in a statement"."""
    if index >= len(view.tokens):
        return False
    text = view.tokens[index].text
    if text in ",.;)!?" or text in CLOSING or text == '"' or text in DASHES:
        return False
    adjunct = view.has(index, g.OPENER | g.ADVERB | g.COMMON | g.TO | g.CITE) and not view.has(
        index, g.DETERMINER | g.PRONOUN | g.RELATIVE | g.NOUN
    )
    if not adjunct:
        return True
    for at in range(index, min(index + 25, len(view.tokens))):
        if view.tokens[at].text in ",.;":
            return False
        if (
            view.tokens[at].text in OPENING
            or view.tokens[at].text in ':"'
            or view.has(at, g.THAT)
            or view.has(at, g.BE | g.HAVE | g.MODAL)
        ):
            return True
    return False


def _clause_follows(view: View, index: int) -> bool:
    text = view.tokens[index].text if index < len(view.tokens) else ""
    return (
        view.has(index, g.CLAUSE)
        or text in OPENING
        or text in {":", '"'}
        or (text == "," and index + 1 < len(view.tokens) and view.tokens[index + 1].text in OPENING | {'"'})
    )


def _fronted(view: View, first: int) -> bool:
    """Tell an adverbial before the subject, which belongs to what is said: "As of Oct. 5, X said …"."""
    at = 0
    while at < first and view.tokens[at].kind == "mark":
        at += 1
    if at >= first or first <= at + 1:
        return False
    opener = view.has(at, g.OPENER) and (not view.has(at, g.SUBORDINATOR) or view.has(at + 1, g.OF))
    return opener and not any(
        view.has(inner, g.BE | g.HAVE | g.MODAL | g.VERB & ~g.PUBLISH & ~g.CAPTURE)
        for inner in range(at, first)
        if not view.has(inner, g.NOUN)
    )
