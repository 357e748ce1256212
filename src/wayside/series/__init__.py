"""Level of a site over years, with every gap in it: baseline, record, surge, onset (see docs/series.md)."""

from __future__ import annotations

from wayside.model.series_json import series_to_json as to_json
from wayside.series.analysis import analyse
from wayside.series.settings import Prior, SeriesSettings
from wayside.series.tables import read_events, read_published, read_table

__all__ = ["Prior", "SeriesSettings", "analyse", "read_events", "read_published", "read_table", "to_json"]
