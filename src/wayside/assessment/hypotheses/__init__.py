"""Competing hypotheses: the analyst's, and a standing set, against measured and entered evidence."""

from wayside.assessment.hypotheses.as_json import to_json
from wayside.assessment.hypotheses.competing import compete
from wayside.assessment.hypotheses.form import write_form
from wayside.assessment.hypotheses.measuring import measured_evidence
from wayside.assessment.hypotheses.standing import measured_ids, proposed_ratings, standing_hypotheses, standing_ids

__all__ = [
    "compete",
    "measured_evidence",
    "measured_ids",
    "proposed_ratings",
    "standing_hypotheses",
    "standing_ids",
    "to_json",
    "write_form",
]
