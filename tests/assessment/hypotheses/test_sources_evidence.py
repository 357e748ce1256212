"""The evidence on sources speaks of the figure that the judgement on sources is about."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from wayside.assessment.assess import assess
from wayside.assessment.hypotheses import measured_evidence


def test_many_sources_of_other_claims_do_not_make_the_figure_independent(
    case: ModuleType, findings: ModuleType
) -> None:
    published = findings.coverage(articles=3)
    other, figure = published.agreement
    several = replace(other, independent_sources=3, sources=(("A house",), ("B house",), ("C house",)))
    rows = case.rows()
    found = assess(
        case.site(),
        rows,
        case.series(rows),
        generated=case.GENERATED,
        coverage=replace(published, agreement=(several, figure)),
    )
    texts = [piece.text for piece in measured_evidence(found)]
    assert any("goes back to one source alone (3 articles read)" in text for text in texts), texts
