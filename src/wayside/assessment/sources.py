"""On how many sources a published figure rests, and whether the count bears it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wayside.assessment.assessment import CountedScene
from wayside.assessment.confidence import Reason, Threshold, scene_reasons
from wayside.assessment.grounds import Grounds, Support, concluded
from wayside.assessment.telling import Teller
from wayside.model.agreement import Agreement
from wayside.model.claims import Claim
from wayside.model.coverage import CoverageResult
from wayside.model.judgements import Confidence, Judgement

__all__ = ["main_figure", "source_judgements"]

_ARTICLES = Threshold(4, 1, larger_is_worse=False)
_NAMED = 4
_BOUNDS = frozenset({"at least", "more than", "no more than", "fewer than", "up to", "between"})


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure that articles state.

    Attributes:
        agreement: the claims that state it, and their sources.
        claims: the same claims.
        undated: number of its articles without a date.
    """

    agreement: Agreement
    claims: tuple[Claim, ...]
    undated: int

    @property
    def articles(self) -> int:
        """Number of articles that state it."""
        return len({claim.document for claim in self.claims})


def source_judgements(grounds: Grounds) -> tuple[Judgement, ...]:
    """Return what is judged of the figure that most articles state: its sources, and whether the count bears it out."""
    coverage = grounds.coverage
    main = main_figure(coverage) if coverage is not None else None
    if coverage is None or main is None:
        return ()
    by_id = {claim.id: claim for claim in coverage.claims}
    claims = tuple(by_id[i] for i in main.claims)
    undated = {d.id for d in coverage.documents if d.published is None} & {c.document for c in claims}
    figure = _Figure(main, claims, len(undated))
    return (*_sources(grounds.teller, figure), *_bound(grounds, figure))


def main_figure(coverage: CoverageResult) -> Agreement | None:
    """Return the group of claims that a report speaks of; None where no figure is stated by any group.

    Figures that could be compared with the measured count come before others, then counts before other kinds, then
    those that more articles state; of equals the first in the texts.
    """
    by_id = {claim.id: claim for claim in coverage.claims}

    def weight(group: Agreement) -> tuple[bool, bool, int]:
        compared = group.against_measured is not None and group.against_measured.p is not None
        kinds = {by_id[i].kind for i in group.claims}
        return compared, "count" in kinds, len({by_id[i].document for i in group.claims})

    return max((g for g in coverage.agreement if g.low is not None), key=weight, default=None)


def _sources(teller: Teller, figure: _Figure) -> tuple[Judgement, ...]:
    """Return how likely no more than one of the sources is independent.

    The probability is that of the texts' analysis: a source counts if it takes from no other, so that its chance is the
    product over its possible derivations of 1 - p, and the number of such sources is a sum of independent yes-or-no
    variables.
    """
    p = figure.agreement.sources_p
    if not p or figure.articles < 2:
        return ()
    statement = teller.say("judgements", "sources.statement", articles=figure.articles, about=_about(figure))
    support = Support(
        reasons=_reasons(teller, figure),
        evidence=figure.agreement.claims,
        assumptions=(teller.say("judgements", "assume.derivations"), teller.say("judgements", "assume.collected")),
        would_change=(teller.say("judgements", "change.source"),),
    )
    return (concluded("sources", statement, min(sum(p[:2]), 1.0), support),)


def _about(figure: _Figure) -> str:
    return figure.agreement.about or figure.claims[0].quote


def _reasons(teller: Teller, figure: _Figure) -> tuple[Reason, ...]:
    """Return what the number of sources rests on; texts alone never make it more than moderate."""
    compared = teller.say(
        "confidence", "sources.articles", articles=figure.articles, claims=len(figure.agreement.claims)
    )
    reasons = [
        Reason(compared, _ARTICLES.cap(figure.articles)),
        Reason(teller.say("confidence", "sources.texts_only"), Confidence.MODERATE),
    ]
    if figure.undated:
        cap = Confidence.LOW if 2 * figure.undated > figure.articles else Confidence.MODERATE
        reasons.append(Reason(teller.say("confidence", "sources.undated", articles=figure.undated), cap))
    named = list(dict.fromkeys(name for group in figure.agreement.sources for name in group))
    if named:
        told = teller.say("confidence", "sources.named", named="; ".join(named[:_NAMED]))
        reasons.append(Reason(told, Confidence.HIGH))
    else:
        reasons.append(Reason(teller.say("confidence", "sources.nobody"), Confidence.LOW))
    return tuple(reasons)


def _bound(grounds: Grounds, figure: _Figure) -> tuple[Judgement, ...]:
    """Return how likely a published bound ("at least 70") holds for the count that was made here.

    Figures without a bound ("about 73") have no probability of being right: what deviation they allow is not stated.
    Their comparison stands in the coverage itself.
    """
    against, newest = figure.agreement.against_measured, grounds.newest
    if against is None or against.p is None or not isinstance(newest, CountedScene):
        return ()
    stated = _most_stated(claim for claim in figure.claims if claim.id in against.claims)
    if not stated:
        return ()
    quantity, count = stated[0].quantity, newest.count_of(grounds.counted)
    held = (count.support >= (quantity.low or 0)) & (
        count.support <= (float("inf") if quantity.high is None else quantity.high)
    )
    teller = grounds.teller
    support = Support(
        reasons=scene_reasons(newest, teller),
        evidence=(newest.id, *(claim.id for claim in stated)),
        assumptions=(
            teller.say("judgements", "assume.scenes_err"),
            teller.say("judgements", "assume.measured_only"),
        ),
        would_change=(teller.say("judgements", "change.figure"),),
    )
    statement = teller.say("judgements", "sources.bound", quote=stated[0].quote, day=newest.day)
    return (concluded("published-bound", statement, min(float(count.p[held].sum()), 1.0), support),)


def _most_stated(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return the claims of the bound that most of them state; none where none states one."""
    found: dict[tuple[float | None, float | None], list[Claim]] = {}
    for claim in claims:
        if claim.kind == "count" and not claim.negated and claim.quantity.approximation in _BOUNDS:
            found.setdefault((claim.quantity.low, claim.quantity.high), []).append(claim)
    most = max((len(group) for group in found.values()), default=0)
    return tuple(next((group for group in found.values() if len(group) == most), ()))
