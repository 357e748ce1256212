"""Level of a site over years, with every gap in it: baseline, record, surge, onset (see docs/series.md)."""

from __future__ import annotations

from wayside.model.series_json import series_to_json as to_json
from wayside.series.analysis import analyse
from wayside.series.asking import Questions
from wayside.series.level.seen import LEAST_VISIBLE
from wayside.series.linked import analyse_each
from wayside.series.online import OnlineSeries
from wayside.series.settings import Prior, SeriesSettings
from wayside.series.tables import read_counts, read_events, read_published, read_table

__all__ = [
    "LEAST_VISIBLE",
    "OnlineSeries",
    "Prior",
    "Questions",
    "SeriesSettings",
    "analyse",
    "analyse_each",
    "read_counts",
    "read_events",
    "read_published",
    "read_table",
    "to_json",
]
