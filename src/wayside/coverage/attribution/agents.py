"""Sources behind a word that leads to them: "spotted by X", "according to X", "told X", "in an interview with X"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.known import known
from wayside.coverage.attribution.mention import CARRIER, CITED, OWNER, WHOLE, Mention
from wayside.coverage.attribution.sources import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wayside.coverage.attribution.phrase import Source
    from wayside.coverage.attribution.views import View

__all__ = ["agent_mentions", "is_passive", "lead_mentions", "recipient_mentions"]

_FARTHEST_PARTICIPLE: Final = 9


def is_passive(view: View, index: int) -> bool:
    """Tell "was counted" from "counted"."""
    at = index - 1
    while at >= 0 and (view.has(at, g.ADVERB | g.NEGATION) or _adverb(view, at)):
        at -= 1
    word = view.lower(index)
    return view.has(at, g.BE) and not word.endswith("ing")


def agent_mentions(view: View, index: int) -> Iterator[Mention]:
    """Read "spotted by X", "estimated by X at", "put at 26 by X", "reported by X"."""
    verb = index - 1
    lowest = max(-1, index - _FARTHEST_PARTICIPLE)
    while verb > lowest and not (
        view.has(verb, g.VERB) and view.tokens[verb].text.islower() and not view.has(verb, g.OPENER)
    ):
        if view.tokens[verb].text in ";:()" or view.has(verb, g.CLAUSE):
            return
        verb -= 1
    if verb <= lowest or (verb < index - 1 and not (is_passive(view, verb) or view.has(verb, g.PUBLISH))):
        return
    if view.has(verb, g.IMAGERY | g.REPORT) and not is_passive(view, verb) and verb < index - 1:
        return
    source = read_source(view, index + 1, len(view.tokens), loose=False)
    if source is None or source.kind == "imagery":
        return
    bits = view.bits[verb]
    total = len(view.tokens)
    if view.has(verb, g.CARRYING) and source.kind in {"media", "outlet"}:
        yield Mention(source, index, 0, total, CARRIER, carrier=True)
    elif bits & g.CAPTURE and not bits & (g.SAY | g.JUDGE | g.OBSERVE):
        one = known(source.name)
        yield Mention(source, index, 0, total, OWNER, provider=one is None or one.kind != "government")
    elif bits & g.PUBLISH and not bits & (g.SAY | g.JUDGE | g.OBSERVE):
        yield Mention(source, index, 0, total, WHOLE)
    elif bits & g.CITE:
        yield Mention(source, index, 0, total, CARRIER, carrier=source.kind in {"media", "organisation"})
    else:
        yield Mention(source, index, 0, total, OWNER)


def recipient_mentions(view: View, index: int) -> Iterator[Mention]:
    """Read "told CBS News", "speaking to the BBC": media that pass it on."""
    source = read_source(view, index, len(view.tokens))
    own = source is not None and source.kind == "anaphor" and view.has(index, g.HERE)
    if source is not None and (source.kind in {"media", "outlet"} or own):
        kept = replace(source, kind="outlet") if own else source
        yield Mention(kept, index, 0, len(view.tokens), CARRIER, carrier=True)


def lead_mentions(view: View, index: int) -> Iterator[Mention]:
    """Yield the source behind a phrase that leads to one: "according to", "in an interview with", "per"."""
    grammar, word, total = view.grammar, view.lowers[index], len(view.tokens)
    for phrases, read in ((grammar.carried_in, _carried_in), (grammar.leads, _led), (grammar.name_leads, _led_by_name)):
        rest = next((rest for rest in phrases.get(word, ()) if view.matches(index + 1, rest)), None)
        if rest is not None:
            source = read_source(view, index + 1 + len(rest), total, loose=phrases is grammar.leads)
            mention = read(view, source, index) if source is not None else None
            if mention is not None:
                yield mention
            return


def _carried_in(view: View, source: Source, index: int) -> Mention | None:
    if source.kind not in {"media", "outlet"}:
        return None
    return Mention(source, index, 0, len(view.tokens), CARRIER, carrier=True)


def _led(view: View, source: Source, index: int) -> Mention | None:
    if source.kind == "imagery":
        return Mention(source, index, 0, len(view.tokens), WHOLE, provider=True)
    return Mention(source, index, 0, len(view.tokens), CITED if view.has(index, g.CITE) else WHOLE)


def _led_by_name(view: View, source: Source, index: int) -> Mention | None:
    if source.kind not in {"organisation", "media", "person"} or source.near[0] not in view.names:
        return None
    return Mention(source, index, 0, len(view.tokens), WHOLE)


def _adverb(view: View, index: int) -> bool:
    suffix = view.grammar.adverb_suffix
    return bool(suffix) and view.lower(index).endswith(suffix) and not view.bits[index]
